"""The document store: a local folder or S3 by its address; an object is written once, encrypted, and never changed."""

from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from pathlib import Path

import obstore
import structlog
from obstore.exceptions import AlreadyExistsError
from obstore.exceptions import NotFoundError as ObjectNotFoundError
from obstore.store import LocalStore, ObjectStore, from_url
from pydantic import SecretStr

from kit.document_cipher import DocumentCipher, DocumentKeys
from kit.errors import NotFound

CHUNK_BYTES = 256 * 1024
LISTED = 1000
log = structlog.get_logger(__name__)


class DocumentNotFound(NotFound):
    """No object has this key."""

    code = "document_not_found"


class DocumentStore:
    """Objects by key in one store that every service reaches."""

    def __init__(self, store: ObjectStore, cipher: DocumentCipher | None = None) -> None:
        self._store = store
        self._cipher = cipher

    async def put(self, key: str, content: bytes | AsyncIterable[bytes], *, fund: str = "") -> None:
        """Write a new object with its fund's key; the same key again leaves the first one as it is."""
        if self._cipher is not None:
            content = self._cipher.encrypt(key, fund, _one(content) if isinstance(content, bytes) else content)
        try:
            await obstore.put_async(self._store, key, content, mode="create")
        except AlreadyExistsError:
            return

    async def get(self, key: str) -> bytes:
        """Return a whole object.

        Raises: DocumentNotFound, DocumentDamaged, DocumentKeyUnknown.
        """
        return b"".join([chunk async for chunk in await self.stream(key)])

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Return an object in chunks; the first one is read before this returns.

        Raises: DocumentNotFound, DocumentDamaged, DocumentKeyUnknown.
        """
        try:
            result = await obstore.get_async(self._store, key)
        except (ObjectNotFoundError, FileNotFoundError):
            raise DocumentNotFound("no such document") from None
        stored = (bytes(chunk) async for chunk in result.stream(min_chunk_size=CHUNK_BYTES))
        content = stored if self._cipher is None else self._cipher.decrypt(key, stored)
        # A missing key or a damaged head is found here, before anybody has begun to answer with the content.
        return _after(await anext(content, b""), content)

    async def delete(self, key: str) -> None:
        """Remove an object; one that is gone already is no fault."""
        try:
            await obstore.delete_async(self._store, key)
        except (ObjectNotFoundError, FileNotFoundError):
            return

    async def older_than(self, prefix: str, moment: datetime) -> AsyncIterator[list[str]]:
        """Yield the keys under a folder that were written before a moment, a page at a time.

        The moment is the store's own time, not a service's clock.
        """
        async for page in obstore.list(self._store, prefix, chunk_size=LISTED):
            keys = [one["path"] for one in page if one["last_modified"] < moment]
            if keys:
                yield keys


async def _one(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for chunk in rest:
        yield chunk


def open_store(url: str, keys: SecretStr | None = None) -> DocumentStore:
    """Open the store of a `file:///folder` or `s3://bucket` address; without keys objects lie there as they are.

    Raises: ValueError when the keys cannot be read.
    """
    if keys is None:
        log.warning("documents_not_encrypted", reason="DOCUMENT_KEYS is not set")
    cipher = DocumentCipher(DocumentKeys.parse(keys.get_secret_value())) if keys else None
    if url.startswith("file://"):
        folder = Path(url.removeprefix("file://"))
        folder.mkdir(parents=True, exist_ok=True)
        return DocumentStore(LocalStore(folder), cipher)
    return DocumentStore(from_url(url), cipher)
