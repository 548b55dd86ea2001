"""Who calls the JSON API: the same check of the access token as in every service, and a look at the caller's row."""

from functools import cache

import jwt
from allauth.idp.oidc.adapter import get_adapter
from asgiref.sync import async_to_sync
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.http import HttpRequest

from identity_svc.api.problems import Unauthorized
from identity_svc.models import MachineClient, User
from kit.auth import Principal, TokenVerifier
from kit.errors import NotAllowed


@cache
def _verifier() -> TokenVerifier:
    pem = get_adapter().get_signing_key().pem.encode()
    public_key = load_pem_private_key(pem, password=None).public_key()

    async def own_key(_token: str) -> object:
        return public_key

    return TokenVerifier(issuer=settings.ISSUER, audience=settings.AUDIENCE, key_of=own_key)


def caller_with(request: HttpRequest, role: str) -> Principal:
    """Return the caller, who must hold a role.

    Raises: Unauthorized without a valid access token; NotAllowed without the role.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("send an access token: Authorization: Bearer …")
    try:
        principal: Principal = async_to_sync(_verifier().verify)(token)
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthorized(f"the access token is not valid: {error}") from None
    if not _still_stands(principal):
        raise Unauthorized("the holder of this token was disabled")
    if role not in principal.roles or not principal.fund:
        raise NotAllowed(f"this needs the role {role}")
    return principal


def _still_stands(principal: Principal) -> bool:
    # Here, unlike in the other services, it matters at once: a disabled administrator could enable itself again.
    if principal.subject == principal.client_id:
        return bool(MachineClient.objects.filter(pk=principal.client_id).exists())
    return bool(User.objects.filter(pk=principal.subject, is_active=True).exists())
