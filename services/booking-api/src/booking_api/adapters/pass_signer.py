"""Sign passes: compact JWS with Ed25519, which any library verifies with the public keys alone."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from booking_api.domain.errors import CodeNotFound
from kit.errors import FieldError

ALGORITHM = "EdDSA"
_MIN_SECRET = 32
_SEED_BYTES = 32
_KID_LENGTH = 8
_DOTS = 2


class PassSigner:
    """The keys of one installation: the first signs, all of them verify and are published."""

    def __init__(self, secrets: str) -> None:
        """Take random words of 32 characters or more, separated by commas; a new one goes to the front.

        Raises: ValueError.
        """
        words = secrets.split(",")
        if any(len(word) < _MIN_SECRET for word in words):
            raise ValueError("pass keys are random words of 32 characters or more")
        keys = [_key_of(word) for word in words]
        self._keys = {_key_id(key): key for key in keys}
        self._first = _key_id(keys[0])

    def sign(self, claims: Mapping[str, str | int]) -> str:
        """Return the pass; the same claims give the same bytes."""
        return jwt.encode(dict(claims), self._keys[self._first], algorithm=ALGORITHM, headers={"kid": self._first})

    def code_in(self, text: str) -> str:
        """Return the authorisation code of what a desk has scanned or typed: a pass of ours, or the code itself.

        A pass that has run out still names its booking, whose state says why it no longer stands.

        Raises: CodeNotFound when a pass is not one of ours.
        """
        if text.count(".") != _DOTS:
            return text
        try:
            key = self._keys[str(jwt.get_unverified_header(text).get("kid"))]
            options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "require": ["jti"]}
            claims = jwt.decode(text, key.public_key(), algorithms=[ALGORITHM], options=options)
        except (jwt.PyJWTError, KeyError):
            message = "Il codice QR non è stato firmato dal fondo"
            raise CodeNotFound(message, errors=[FieldError("/code", "pass_not_signed", message)]) from None
        return str(claims["jti"])

    def public_keys(self) -> list[dict[str, str]]:
        """Return the public keys as JWKs (RFC 8037)."""
        return [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": key_id, "x": _base64(_public(key))}
            for key_id, key in self._keys.items()
        ]


def _key_of(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=_SEED_BYTES, salt=None, info=b"mutua booking pass").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(key: Ed25519PrivateKey) -> str:
    return hashlib.sha256(_public(key)).hexdigest()[:_KID_LENGTH]


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
