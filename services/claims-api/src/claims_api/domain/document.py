"""A document that a member uploaded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims_api.domain.document_kinds import DocumentKind, MediaType


@dataclass(frozen=True, slots=True)
class Document:
    """One uploaded file and where its bytes are.

    Shapes: `storage_key` is the key in the document store; the bytes of a duplicate are stored once, so a duplicate
    has its original's key.
    Units: `size_bytes` in bytes, `sha256` in hexadecimal.
    """

    document_id: UUID
    member_id: UUID
    kind: DocumentKind
    media_type: MediaType
    size_bytes: int
    sha256: str
    storage_key: str
    duplicate_of: UUID | None
    uploaded_at: datetime
    uploaded_by: str

    @property
    def file_name(self) -> str:
        """Return a name for downloads that repeats nothing that the uploader typed."""
        suffix = {MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png"}[self.media_type]
        return f"{self.kind}-{self.document_id}.{suffix}"
