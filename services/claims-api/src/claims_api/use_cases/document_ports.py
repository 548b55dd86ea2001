"""What the use cases of documents need of the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims_api.domain.document import Document
from claims_api.domain.extraction import Extraction
from claims_api.domain.paper import GivenPaper
from claims_api.domain.retention import DocumentUse
from claims_api.domain.upload import Upload


class DocumentIndex(Protocol):
    """What is known of the uploaded files; their bytes are in the document store."""

    async def add(self, document: Document) -> None:
        """Write a new document."""
        ...

    async def save(self, document: Document) -> None:
        """Write what changed of a document."""
        ...

    async def find(self, document_id: UUID) -> Document | None:
        """Return a document."""
        ...

    async def lock(self, document_id: UUID) -> Document | None:
        """Return a document and keep others from changing it."""
        ...

    async def find_many(self, document_ids: Sequence[UUID]) -> list[Document]:
        """Return the documents that exist, in any order."""
        ...

    async def first_with_content(self, member_id: UUID, sha256: str) -> Document | None:
        """Return the member's earliest document with the same bytes that is still there."""
        ...

    async def given(self, member_id: UUID) -> list[GivenPaper]:
        """Return the ready documents on which the member's sent claims rest, in the order of receipt."""
        ...

    async def claim_work(self, *, now: datetime, until: datetime) -> tuple[str, Document] | None:
        """Take the document whose work is due first, and its fund; nobody else gets it before `until`."""
        ...

    async def use_of(self, document_id: UUID) -> DocumentUse:
        """Return what rests on a document."""
        ...

    async def drop_object(self, storage_key: str, *, at: datetime) -> None:
        """Have an object removed from the document store after the commit."""
        ...


class UploadStore(Protocol):
    """The uploads in parts."""

    async def add(self, upload: Upload) -> None:
        """Write a new upload."""
        ...

    async def save(self, upload: Upload) -> None:
        """Write what changed of an upload."""
        ...

    async def find(self, upload_id: UUID) -> Upload | None:
        """Return an upload."""
        ...

    async def lock(self, upload_id: UUID) -> Upload | None:
        """Return an upload and keep others from changing it."""
        ...

    async def remove(self, upload_id: UUID) -> None:
        """Forget an upload."""
        ...

    async def open_count(self, member_id: UUID, now: datetime) -> int:
        """Return how many uploads of the member are begun and not ended."""
        ...


class ExtractionStore(Protocol):
    """What was read in documents."""

    async def ask(self, document_id: UUID, *, at: datetime) -> None:
        """Have a document read; one that was asked for already stays as it is."""
        ...

    async def find(self, document_id: UUID) -> Extraction | None:
        """Return what was read, or that it is still to come."""
        ...

    async def save(self, extraction: Extraction) -> None:
        """Write what was read."""
        ...

    async def remove(self, document_id: UUID) -> None:
        """Forget what was read in a document."""
        ...

    async def claim(self, *, now: datetime, until: datetime) -> tuple[str, Extraction] | None:
        """Take the document that is to be read first, and its fund; nobody else gets it before `until`."""
        ...
