"""The document store: a local folder or S3 by its address; an object is written once and never changed."""

from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.exceptions import NotFoundError as ObjectNotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from kit.errors import NotFound

CHUNK_BYTES = 256 * 1024


class DocumentNotFound(NotFound):
    """No object has this key."""

    code = "document_not_found"


class DocumentStore:
    """Objects by key in one store that every service reaches."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, content: bytes | AsyncIterable[bytes]) -> None:
        """Write a new object; the same key again leaves the first one as it is."""
        try:
            await obstore.put_async(self._store, key, content, mode="create")
        except AlreadyExistsError:
            return

    async def get(self, key: str) -> bytes:
        """Return a whole object.

        Raises: DocumentNotFound.
        """
        try:
            result = await obstore.get_async(self._store, key)
        except (ObjectNotFoundError, FileNotFoundError):
            raise DocumentNotFound("no such document") from None
        return bytes(await result.bytes_async())

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Return an object in chunks.

        Raises: DocumentNotFound.
        """
        try:
            result = await obstore.get_async(self._store, key)
        except (ObjectNotFoundError, FileNotFoundError):
            raise DocumentNotFound("no such document") from None
        return (bytes(chunk) async for chunk in result.stream(min_chunk_size=CHUNK_BYTES))

    async def delete(self, key: str) -> None:
        """Remove an object that turned out not to be wanted."""
        await obstore.delete_async(self._store, key)


def open_store(url: str) -> DocumentStore:
    """Open the store of a `file:///folder` or `s3://bucket` address."""
    if url.startswith("file://"):
        folder = Path(url.removeprefix("file://"))
        folder.mkdir(parents=True, exist_ok=True)
        return DocumentStore(LocalStore(folder))
    return DocumentStore(from_url(url))
