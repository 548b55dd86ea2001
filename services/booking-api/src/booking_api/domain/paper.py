"""A paper that a facility uploaded about a booking."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from booking_api.domain.dispensing import PaperKind

MOST_BYTES = 25 * 1024 * 1024


class MediaType(StrEnum):
    """The types that a paper can have."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


_BEGINNINGS = {b"%PDF-": MediaType.PDF, b"\xff\xd8\xff": MediaType.JPEG, b"\x89PNG\r\n\x1a\n": MediaType.PNG}


def media_type_of(content: bytes) -> MediaType | None:
    """Return the type of a paper by its content, whatever its name says."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


@dataclass(frozen=True, slots=True)
class Paper:
    """One uploaded file; health data, of a child perhaps: read by its facility and the fund's staff only (AMB-K12)."""

    paper_id: UUID
    booking_id: UUID
    facility_id: UUID
    kind: PaperKind
    media_type: MediaType
    size_bytes: int
    sha256: str
    storage_key: str
    uploaded_at: datetime
    uploaded_by: str
