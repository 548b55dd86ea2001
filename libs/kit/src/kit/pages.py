"""Keyset pages: a signed cursor instead of an offset, so that every page costs the same."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from kit.errors import FieldError, InvalidInput

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most")]
CursorText = Annotated[str | None, Query(alias="cursor", description="next_cursor of the page before")]
DEFAULT_LIMIT = 50
_SIGNATURE_BYTES = 12


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


class Cursors:
    """Write and read cursors that a client cannot forge."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._secret, payload, hashlib.sha256).digest()[:_SIGNATURE_BYTES]

    def write(self, position: Sequence[Any]) -> str:
        """Make the cursor of a position (the sort values of the last item)."""
        payload = orjson.dumps(list(position), default=str)
        return base64.urlsafe_b64encode(self._sign(payload) + payload).rstrip(b"=").decode()

    def read(self, cursor: str | None) -> list[Any] | None:
        """Return the position of a cursor, None for the first page.

        Raises: InvalidInput when it was not made here.
        """
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
            if hmac.compare_digest(signature, self._sign(payload)):
                position: list[Any] = orjson.loads(payload)
                return position
        except ValueError:
            pass
        field = FieldError("/query/cursor", "cursor", "take next_cursor of the page before, unchanged")
        raise InvalidInput("the cursor is not valid", errors=[field])
