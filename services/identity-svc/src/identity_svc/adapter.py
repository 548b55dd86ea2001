# mypy: disallow-subclassing-any=False
"""What Mutua changes in allauth: the issuer is pinned, tokens say who acts for which fund, nobody signs up."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from functools import cache
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from identity_svc.models import MachineClient, User

log = structlog.get_logger(__name__)

WRONG_CREDENTIALS = "Nome utente o password non corretti."
OWN_WORDS = {
    "username_password_mismatch": WRONG_CREDENTIALS,
    "email_password_mismatch": WRONG_CREDENTIALS,
    "too_many_login_attempts": "Troppi tentativi: aspetta cinque minuti e riprova.",
    "incorrect_password": "La password non è corretta.",
    "enter_current_password": "La password attuale non è corretta.",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | OWN_WORDS

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        # The change that the mail tells of is made, and a failure shown here would tell who is known: log and go on.
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            # The class alone: a refusal's text holds the address.
            reason = type(error).__name__
            log.error("mail_not_sent", service="identity", template=template_prefix, reason=reason)  # noqa: TRY400


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keep the secrets of authenticator apps unreadable in the database and its backups."""

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()


@cache
def _vault() -> Fernet:
    key = hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class TokenAdapter(DefaultOIDCAdapter):
    def get_issuer(self) -> str:
        return str(settings.ISSUER)

    def generate_client_secret(self) -> str:
        return secrets.token_urlsafe(32)

    def populate_access_token(
        self, access_token: dict[str, Any], *, client: Client, scopes: Iterable[str], user: User | None, **_more: Any
    ) -> None:
        del scopes
        # Assigned, not defaulted: no parameter of the request may choose another audience.
        access_token["aud"] = settings.AUDIENCE
        access_token |= _machine_claims(client) if user is None else _user_claims(user)

    def populate_id_token(self, id_token: dict[str, Any], client: Client, scopes: Iterable[str], **_more: Any) -> None:
        del client, scopes
        id_token["token_use"] = "id"  # noqa: S105 (a kind of token)

    def validate_resource_uris(self, *, uris: list[str], **_more: Any) -> None:
        if uris:
            raise ValidationError("tokens are for the whole API: leave 'resource' out")

    def populate_server_metadata(self, data: dict[str, str | list[str]]) -> None:
        # Only what the clients of Mutua may use.
        del data["device_authorization_endpoint"]
        data["grant_types_supported"] = ["authorization_code", "refresh_token", "client_credentials"]
        data["response_types_supported"] = ["code"]
        data["scopes_supported"] = ["openid", "profile", "email", "api"]


def _user_claims(user: User) -> dict[str, Any]:
    return _owner_claims(user) | ({"member_id": str(user.member_id)} if user.member_id else {})


def _machine_claims(client: Client) -> dict[str, Any]:
    machine = MachineClient.objects.get(pk=client.pk)
    return {"sub": client.pk} | _owner_claims(machine)


def _owner_claims(holder: User | MachineClient) -> dict[str, Any]:
    claims = {"roles": sorted(holder.roles), "fund": holder.fund}
    return claims | ({"facility_id": str(holder.facility_id)} if holder.facility_id else {})
