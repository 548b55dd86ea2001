"""Files of the document store on the local disk, for as long as they are looked at."""

import hashlib
import secrets
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from claims_api.adapters.file_type import HEAD_BYTES, CleanFile, SourceType, source_type
from claims_api.adapters.sandbox import DocumentChecker
from claims_api.domain.document import StoredFile
from kit.documents import DocumentStore

_CHUNK_BYTES = 256 * 1024
DOCUMENTS, UPLOADS = FOLDERS = ("documents", "uploads")


@dataclass(frozen=True, slots=True)
class Received:
    """What an upload left in the store: checked where that was quick, else as it came."""

    file: StoredFile
    checked: bool


def unguessable_key(fund: str, folder: str = DOCUMENTS) -> str:
    """Return a new key that nobody can find by trying."""
    return f"{fund}/{folder}/{secrets.token_urlsafe(24)}"


async def receive(
    store: DocumentStore, checker: DocumentChecker, *, fund: str, source: Path, sha256: str, seconds: float
) -> Received:
    """Check an upload and store what is kept of it; without an answer in time, store the upload itself.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    kind, size = _head(source)
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        target = Path(folder) / "clean"
        clean = await checker.check(source, target, seconds=seconds)
        if clean is not None:
            return Received(await store_clean(store, fund, target, clean), checked=True)
    key = unguessable_key(fund)
    await store.put(key, chunks(source), fund=fund)
    return Received(StoredFile(key, kind.kept_as, size, sha256), checked=False)


def _head(source: Path) -> tuple[SourceType, int]:
    with source.open("rb") as file:
        return source_type(file.read(HEAD_BYTES)), source.stat().st_size


async def store_clean(store: DocumentStore, fund: str, path: Path, clean: CleanFile) -> StoredFile:
    """Store a checked file under a new key."""
    key = unguessable_key(fund)
    await store.put(key, chunks(path), fund=fund)
    return StoredFile(key, clean.media_type, clean.size_bytes, clean.sha256)


@asynccontextmanager
async def on_disk(store: DocumentStore, *keys: str) -> AsyncIterator[Path]:
    """Lend the objects, one after the other, as one file.

    Raises: DocumentNotFound, DocumentDamaged.
    """
    with tempfile.TemporaryDirectory(prefix="document-") as folder:
        path = Path(folder) / "content"
        with path.open("wb") as file:
            for key in keys:
                async for chunk in await store.stream(key):
                    file.write(chunk)
        yield path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def chunks(path: Path) -> AsyncIterable[bytes]:
    """Yield the content of a file."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
