"""An issuer of access tokens for tests: real RS256 signatures, keys made at start."""

import time
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from kit.auth import TokenVerifier

ISSUER = "https://issuer.test"
AUDIENCE = "mutua-api"


class TokenFactory:
    """Sign tokens with a key of its own and verify them."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, key_of=self._public_key)

    async def _public_key(self, _token: str) -> Any:
        return self._key.public_key()

    def token(
        self,
        *,
        roles: list[str],
        subject: str = "test-user",
        fund: str = "fnm",
        member_id: UUID | None = None,
        facility_id: UUID | None = None,
        seconds: int = 600,
        **claims: Any,
    ) -> str:
        """Sign an access token; further claims replace the usual ones."""
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + seconds,
            "token_use": "access",
            "roles": roles,
            "fund": fund,
            "member_id": str(member_id) if member_id else None,
            "facility_id": str(facility_id) if facility_id else None,
        }
        return jwt.encode(payload | claims, self._key, algorithm="RS256")

    def headers(self, *, key: str | None = None, **claims: Any) -> dict[str, str]:
        """Return the Authorization header of a new token, and an Idempotency-Key when asked."""
        headers = {"Authorization": f"Bearer {self.token(**claims)}"}
        return headers | ({"Idempotency-Key": key} if key else {})
