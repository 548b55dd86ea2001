"""An upload in parts: a telephone that loses its connection goes on where it stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import UploadFinished, UploadOffsetMismatch

LIFESPAN = timedelta(hours=24)
MAX_OPEN = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """What has come of one file.

    Shapes: `parts` are the keys of the stored parts in their order; `document_id` is set once the file is whole and was
    taken in.
    Units: bytes.
    """

    upload_id: UUID
    member_id: UUID
    kind: DocumentKind
    length_bytes: int
    offset_bytes: int
    parts: Sequence[str]
    created_at: datetime
    expires_at: datetime
    document_id: UUID | None = None

    @property
    def complete(self) -> bool:
        """Say whether every byte has come."""
        return self.offset_bytes == self.length_bytes


def check_offset(upload: Upload, offset: int) -> None:
    """Take a part only at the place where the last one ended.

    Raises: UploadOffsetMismatch, which tells the right place.
    """
    if offset != upload.offset_bytes:
        message = f"The next byte is number {upload.offset_bytes}."
        raise UploadOffsetMismatch(message, expected_offset=upload.offset_bytes, provided_offset=offset)


def appended(upload: Upload, *, offset: int, size: int, key: str) -> Upload:
    """Return the upload with one part more.

    Raises: UploadOffsetMismatch, UploadFinished.
    """
    if upload.document_id is not None:
        raise UploadFinished("The file is complete.", document_id=str(upload.document_id))
    check_offset(upload, offset)
    return replace(upload, offset_bytes=offset + size, parts=[*upload.parts, key])
