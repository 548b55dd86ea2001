"""Encryption of stored objects: a key of the fund, a key of its own for each object, chunks that cannot be moved.

An object is a header and chunks. The header names the key (id and fund) and holds a random salt; from both and from
the object's name HKDF makes the key of this one object, so a copy under another name does not open. Each chunk is
AES-256-GCM with its number and "last" in the nonce: a chunk cut off, swapped or repeated does not open either.
"""

import os
import re
import struct
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kit.errors import Unavailable

MAGIC = b"MUD1"
CHUNK_BYTES = 64 * 1024
_SALT_BYTES, _TAG_BYTES, _KEY_BYTES = 16, 16, 32
_MIN_SECRET = 32
_ENTRY = re.compile(r"(?:(?P<fund>[A-Za-z0-9_-]{1,60})/)?(?P<id>[A-Za-z0-9_-]{1,40}):(?P<secret>[A-Za-z0-9_+/=-]+)")


class DocumentKeyUnknown(Unavailable):
    """The object was written with a key that this process was not given."""

    code = "document_key_unknown"


class DocumentDamaged(RuntimeError):
    """The object is not what was written: cut, changed, moved, or never encrypted."""


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """One key; without a fund it serves every fund that has none of its own."""

    fund: str
    key_id: str
    secret: bytes


class DocumentKeys:
    """The keys of the funds; of those that fit a fund the first one writes, all of them read."""

    def __init__(self, keys: tuple[DocumentKey, ...]) -> None:
        self._keys = keys

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `[fund/]id:secret` entries separated by commas; a secret is a random word of 32 characters or more.

        Raises: ValueError.
        """
        entries = text.split(",")
        found = [_ENTRY.fullmatch(entry) for entry in entries]
        keys = tuple(DocumentKey(one["fund"] or "", one["id"], one["secret"].encode()) for one in found if one)
        if not keys or len(keys) != len(entries) or any(len(key.secret) < _MIN_SECRET for key in keys):
            raise ValueError("document keys are `[fund/]id:secret` words, each secret of 32 characters or more")
        if len({(key.fund, key.key_id) for key in keys}) != len(keys):
            raise ValueError("an id of a document key stands twice")
        return cls(keys)

    def to_write(self, fund: str) -> DocumentKey:
        """Return the key that new objects of a fund are written with."""
        own = [key for key in self._keys if key.fund == fund] or [key for key in self._keys if not key.fund]
        if not own:
            raise DocumentKeyUnknown("There is no key for the documents of this fund.")
        return own[0]

    def to_read(self, key_fund: str, key_id: str) -> DocumentKey:
        """Return the key that a header names.

        Raises: DocumentKeyUnknown.
        """
        for key in self._keys:
            if (key.fund, key.key_id) == (key_fund, key_id):
                return key
        raise DocumentKeyUnknown("The key of this document is not configured.")


class DocumentCipher:
    """Encrypt and decrypt objects as they stream by."""

    def __init__(self, keys: DocumentKeys) -> None:
        self._keys = keys

    async def encrypt(self, name: str, fund: str, content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Yield the encrypted object of this name."""
        key, salt = self._keys.to_write(fund), os.urandom(_SALT_BYTES)
        yield MAGIC + b"".join(_short(text) for text in (key.fund, key.key_id, fund)) + salt
        cipher = _object_cipher(key, salt, fund, name)
        number = 0
        async for chunk, last in _chunks(content, CHUNK_BYTES):
            yield cipher.encrypt(_nonce(number, last=last), chunk, None)
            number += 1

    async def decrypt(self, name: str, content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Yield the plain chunks of the object of this name, each only after it was proved whole.

        Raises: DocumentDamaged, DocumentKeyUnknown.
        """
        source = aiter(content)
        head, rest = await _header(source)
        key = self._keys.to_read(head[0], head[1])
        cipher = _object_cipher(key, head[3], head[2], name)
        number = 0
        async for chunk, last in _chunks(_chain(rest, source), CHUNK_BYTES + _TAG_BYTES):
            try:
                yield cipher.decrypt(_nonce(number, last=last), chunk, None)
            except InvalidTag:
                raise DocumentDamaged(f"the object {name} was changed or cut") from None
            number += 1


def _short(text: str) -> bytes:
    raw = text.encode()
    return bytes([len(raw)]) + raw


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">QxxxB", number, last)


def _object_cipher(key: DocumentKey, salt: bytes, fund: str, name: str) -> AESGCM:
    info = b"\0".join([b"mutua document 1", fund.encode(), name.encode()])
    return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, info).derive(key.secret))


async def _header(source: AsyncIterator[bytes]) -> tuple[tuple[str, str, str, bytes], bytes]:
    """Read (fund of the key, id of the key, fund, salt), and what of the content came with it."""
    raw = b""

    async def upto(size: int) -> None:
        nonlocal raw
        while len(raw) < size:
            more = await anext(source, b"")
            if not more:
                raise DocumentDamaged("the object is no encrypted document")
            raw += more

    await upto(len(MAGIC))
    if not raw.startswith(MAGIC):
        raise DocumentDamaged("the object is no encrypted document")
    at, texts = len(MAGIC), []
    for _ in range(3):
        await upto(at + 1)
        end = at + 1 + raw[at]
        await upto(end)
        texts.append(raw[at + 1 : end].decode("utf-8", "replace"))
        at = end
    await upto(at + _SALT_BYTES)
    return (texts[0], texts[1], texts[2], raw[at : at + _SALT_BYTES]), raw[at + _SALT_BYTES :]


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


async def _chunks(content: AsyncIterable[bytes], size: int) -> AsyncIterator[tuple[bytes, bool]]:
    """Yield chunks of one size and at the end a last one, which alone may be shorter or empty."""
    held = bytearray()
    async for piece in content:
        held += piece
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True
