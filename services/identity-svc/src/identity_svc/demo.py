"""The demo's users and clients; secrets and ids come from the environment."""

import os
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from identity_svc.clients import save_machine_client, save_public_client
from identity_svc.models import User


@dataclass(frozen=True, slots=True)
class DemoUser:
    username: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]
    member_id_from: str | None = None


@dataclass(frozen=True, slots=True)
class DemoClient:
    client_id: str
    name: str
    roles: tuple[str, ...]
    facility_id_from: str | None = None


USERS = (
    DemoUser("mario.rossi", "Mario", "Rossi", ("member",), "DEMO_MEMBER_ID_MARIO_ROSSI"),
    DemoUser("giulia.bianchi", "Giulia", "Bianchi", ("operator",)),
    DemoUser("paolo.conti", "Paolo", "Conti", ("payments_officer",)),
    DemoUser("anna.ferri", "Anna", "Ferri", ("payments_approver",)),
    DemoUser("admin", "Ada", "Marchetti", ("fund_admin", "ops")),
)
CLIENTS = (
    DemoClient("facility-cardio", "Poliambulatorio Cardio", ("facility",), "DEMO_FACILITY_ID_CARDIO"),
    DemoClient("fund-admin", "Caricamento dati", ("fund_admin", "operator", "ops")),
)
SPA = "mutua-spa"
REDIRECT_PATHS = ("/docs/oauth2-redirect.html", "/demo/callback")


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} is not set")
    return value


def variable(prefix: str, name: str) -> str:
    """Return the variable of a user or client: mario.rossi -> DEMO_PASSWORD_MARIO_ROSSI."""
    return f"{prefix}_{name.upper().replace('.', '_').replace('-', '_')}"


def _save_user(demo: DemoUser, fund: str) -> None:
    password = _needed(variable("DEMO_PASSWORD", demo.username))
    user = User.objects.filter(username=demo.username).first() or User(username=demo.username)
    user.fund = fund
    user.email = f"{demo.username}@example.org"
    user.first_name, user.last_name = demo.first_name, demo.last_name
    user.roles = sorted(demo.roles)
    user.member_id = UUID(_needed(demo.member_id_from)) if demo.member_id_from else None
    user.is_active = True
    # A new hash would end the user's sessions at every start.
    if not user.password or not user.check_password(password):
        user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def _save_client(demo: DemoClient, fund: str) -> None:
    save_machine_client(
        client_id=demo.client_id,
        name=demo.name,
        fund=fund,
        roles=demo.roles,
        facility_id=UUID(_needed(demo.facility_id_from)) if demo.facility_id_from else None,
        secret=_needed(variable("MACHINE_SECRET", demo.client_id)),
    )


def load() -> None:
    """Create or update them all."""
    fund = settings.ENVIRONMENT.fund_default
    origin = settings.ENVIRONMENT.origin.geturl()
    with transaction.atomic():
        for user in USERS:
            _save_user(user, fund)
        for client in CLIENTS:
            _save_client(client, fund)
        save_public_client(
            client_id=SPA,
            name="Mutua",
            redirect_uris=[origin + path for path in REDIRECT_PATHS],
        )
