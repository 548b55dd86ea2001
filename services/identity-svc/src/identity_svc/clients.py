"""Register clients of the issuer."""

from collections.abc import Sequence
from uuid import UUID

from allauth.idp.oidc.models import Client

from identity_svc.models import MachineClient


def save_public_client(*, client_id: str, name: str, redirect_uris: Sequence[str]) -> Client:
    """Register or update a first-party browser client: code with PKCE, no secret, no consent page."""
    client = Client.objects.filter(pk=client_id).first() or Client(pk=client_id)
    client.name = name
    client.type = Client.Type.PUBLIC
    client.skip_consent = True
    client.set_scopes(["openid", "profile", "email", "api"])
    client.set_default_scopes(["openid", "api"])
    client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN])
    client.set_response_types([Client.ResponseType.CODE])
    client.set_redirect_uris(list(redirect_uris))
    client.save()
    return client


def save_machine_client(
    *, client_id: str, name: str, fund: str, roles: Sequence[str], facility_id: UUID | None, secret: str
) -> MachineClient:
    """Register or update a machine client: client credentials only."""
    client = Client.objects.filter(pk=client_id).first() or Client(pk=client_id)
    client.name = name
    client.type = Client.Type.CONFIDENTIAL
    client.set_scopes(["api"])
    client.set_default_scopes(["api"])
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.set_response_types([])
    # The hash is slow by intent: not made again when nothing changed.
    if client._state.adding or not client.check_secret(secret):  # noqa: SLF001 (Django's way to ask: is it new?)
        client.set_secret(secret)
    client.save()
    machine: MachineClient
    machine, _created = MachineClient.objects.update_or_create(
        client=client, defaults={"fund": fund, "roles": sorted(set(roles)), "facility_id": facility_id}
    )
    return machine
