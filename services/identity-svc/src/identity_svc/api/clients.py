"""Machine clients of the caller's fund."""

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from identity_svc.api.endpoint import read_body
from identity_svc.api.schemas import NewClient, NewClientView
from identity_svc.audit import record
from identity_svc.clients import save_machine_client
from identity_svc.models import MachineClient
from identity_svc.roles import owner_errors, role_errors
from kit.auth import Principal
from kit.errors import Conflict, FieldError, InvalidInput


def create_client(request: HttpRequest, caller: Principal) -> NewClientView:
    body = read_body(request, NewClient)
    errors = [
        *role_errors(body.roles, granted_by=caller.roles, machine=True),
        *owner_errors(body.roles, member_id=None, facility_id=body.facility_id),
    ]
    if errors:
        raise InvalidInput(errors[0].message, errors=errors)
    secret = get_adapter().generate_client_secret()
    machine = _create(body, caller.fund, secret)
    record(
        request,
        fund=caller.fund,
        actor=caller.actor,
        action="client_created",
        entity="client",
        entity_id=body.client_id,
        roles=sorted(machine.roles),
        facility_id=str(body.facility_id) if body.facility_id else None,
    )
    return NewClientView.of(machine, secret)


def _create(body: NewClient, fund: str, secret: str) -> MachineClient:
    taken = FieldError("/client_id", "taken", "another client has this client_id")
    if Client.objects.filter(pk=body.client_id).exists():
        raise Conflict(taken.message, errors=[taken])
    try:
        with transaction.atomic():
            return save_machine_client(
                client_id=body.client_id,
                name=body.name,
                fund=fund,
                roles=body.roles,
                facility_id=body.facility_id,
                secret=secret,
            )
    except IntegrityError:
        # Another request took it a moment ago.
        raise Conflict(taken.message, errors=[taken]) from None
