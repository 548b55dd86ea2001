"""Who calls, and what a route lets them do: one declared policy per route, nothing by default."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import jwt
from fastapi import HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

ROLES = frozenset(
    {
        "member",
        "operator",
        "medical_consultant",
        "board",
        "payments_officer",
        "payments_approver",
        "facility",
        "facility_admin",
        "fund_admin",
        "ops",
    }
)
FACILITY_USER_KEEPERS = frozenset({"facility_admin"})
"""Who creates the users of a facility: whoever is responsible for its convention, and nobody else there."""

_OUTSIDERS = frozenset({"member", "facility", "facility_admin"})
_ALGORITHMS = ["RS256"]
_bearer = HTTPBearer(auto_error=False, description="Access token of identity-svc (OpenID Connect)")


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, from a verified access token."""

    subject: str
    roles: frozenset[str]
    fund: str
    member_id: UUID | None
    facility_id: UUID | None
    client_id: str | None

    @property
    def actor(self) -> str:
        """Return the name under which the caller's acts are audited."""
        order = (
            "operator",
            "payments_officer",
            "payments_approver",
            "fund_admin",
            "ops",
            "facility",
            "member",
        )
        kind = next((role for role in order if role in self.roles), "user")
        return f"{kind}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Caller(Principal):
    """A principal that passed a route's policy, with whose rows it may touch."""

    owner_member_id: UUID | None = None
    owner_facility_id: UUID | None = None


KeySource = Callable[[str], Awaitable[Any]]

KEY_LIFESPAN_SECONDS = 300.0


class JwksKeys:
    """The issuer's public keys by key id, kept for five minutes; an unknown id is looked up, but not in a flood."""

    def __init__(self, jwks_url: str, *, cooldown_seconds: float = 5.0) -> None:
        self._client = jwt.PyJWKClient(
            jwks_url, lifespan=KEY_LIFESPAN_SECONDS, timeout=5, cooldown_duration=cooldown_seconds
        )
        self._known: dict[str, tuple[float, Any]] = {}

    async def __call__(self, token: str) -> Any:
        """Return the key that a token names.

        Raises: jwt.PyJWTError when the issuer has no such key or does not answer.
        """
        key_id = str(jwt.get_unverified_header(token).get("kid"))
        found_at, key = self._known.get(key_id, (0.0, None))
        if key is None or time.monotonic() - found_at > KEY_LIFESPAN_SECONDS:
            # The client fetches synchronously, which happens once in five minutes.
            key = (await asyncio.to_thread(self._client.get_signing_key_from_jwt, token)).key
            self._known = {**self._known, key_id: (time.monotonic(), key)}
        return key


class TokenVerifier:
    """Check signature, issuer, audience, time and use of an access token (RS256 only)."""

    def __init__(self, *, issuer: str, audience: str, key_of: KeySource) -> None:
        """Take the source of keys: from the raw token to its public key."""
        self._issuer = issuer
        self._audience = audience
        self._key_of = key_of

    @classmethod
    def from_jwks(cls, *, issuer: str, audience: str, jwks_url: str) -> "TokenVerifier":
        """Take the keys from the issuer; an unknown key id is looked up again."""
        return cls(issuer=issuer, audience=audience, key_of=JwksKeys(jwks_url))

    async def verify(self, token: str) -> Principal:
        """Return the principal of a valid access token.

        Raises: jwt.PyJWTError when the token is not valid.
        """
        key = await self._key_of(token)
        claims = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=self._audience,
            issuer=self._issuer,
            leeway=30,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
        if claims.get("token_use") != "access":
            raise jwt.InvalidTokenError("this is not an access token")
        return _principal(claims)


def _principal(claims: dict[str, Any]) -> Principal:
    def uuid_claim(name: str) -> UUID | None:
        value = claims.get(name)
        return UUID(value) if value else None

    return Principal(
        subject=str(claims["sub"]),
        roles=frozenset(claims.get("roles") or ()) & ROLES,
        fund=str(claims.get("fund") or ""),
        member_id=uuid_claim("member_id"),
        facility_id=uuid_claim("facility_id"),
        client_id=claims.get("client_id"),
    )


class Public:
    """Mark a route that anybody may call."""

    async def __call__(self) -> None:
        """Let everybody in."""


class Access:
    """The policy of a route: which roles may call it, and whether members or facilities see only their own."""

    def __init__(self, *roles: str, own: Literal["member", "facility"] | None = None) -> None:
        unknown = set(roles) - ROLES
        if unknown or not roles:
            raise ValueError(f"unknown or missing roles: {sorted(unknown)}")
        if "member" in roles and own is None:
            raise ValueError("a route open to members must say that they see only their own")
        self.roles = frozenset(roles)
        self.own = own

    async def __call__(self, request: Request) -> Caller:
        """Return the caller, or refuse with 401 or 403."""
        credentials: HTTPAuthorizationCredentials | None = await _bearer(request)
        if credentials is None:
            raise _unauthorized("send an access token: Authorization: Bearer …")
        verifier: TokenVerifier = request.app.state.verifier
        try:
            principal = await verifier.verify(credentials.credentials)
        except (jwt.PyJWTError, ValueError) as error:
            raise _unauthorized(f"the access token is not valid: {error}") from None
        held = principal.roles & self.roles
        if not held or not principal.fund:
            raise HTTPException(403, f"this needs one of the roles: {', '.join(sorted(self.roles))}")
        return self._caller(principal, held)

    def _caller(self, principal: Principal, held: frozenset[str]) -> Caller:
        # Who holds no staff role sees only their own: also somebody who is both a member and a facility's user.
        outside = held <= _OUTSIDERS
        member_id = principal.member_id if outside and "member" in held else None
        facility_id = principal.facility_id if outside and "facility" in held else None
        if outside and (("member" in held and member_id is None) or ("facility" in held and facility_id is None)):
            raise HTTPException(403, "the token names no member or facility")
        return Caller(
            subject=principal.subject,
            roles=principal.roles,
            fund=principal.fund,
            member_id=principal.member_id,
            facility_id=principal.facility_id,
            client_id=principal.client_id,
            owner_member_id=member_id,
            owner_facility_id=facility_id,
        )


def _unauthorized(detail: str) -> HTTPException:
    return HTTPException(401, detail, headers={"WWW-Authenticate": "Bearer"})
