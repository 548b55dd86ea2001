"""Documents as the API shows them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from claims_api.domain.document import RETRY_SECONDS, WAITING, Document, DocumentState
from claims_api.domain.document_kinds import DocumentKind, MediaType
from claims_api.domain.extraction import Extraction, ExtractionState
from claims_api.domain.invoice_reading import FieldName
from claims_api.domain.signature import Integrity

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


class DocumentView(BaseModel):
    """An uploaded document.

    `state`: `received` (still being checked), `checked` (waits for the virus scanner), `ready`, `refused` (by the rule
    in `refusal`), `erased`. `sha256` is of the bytes as uploaded, `duplicate_of` the member's earlier document with the
    same. Pictures and PDFs are written anew: `media_type` and `size_bytes` are those of what is kept.
    """

    document_id: UUID
    kind: DocumentKind
    media_type: MediaType
    size_bytes: int
    sha256: str
    duplicate_of: UUID | None
    state: DocumentState
    refusal: str | None
    uploaded_at: datetime
    hold_reason: str | None
    erased_at: datetime | None
    erase_reason: str | None

    @classmethod
    def of(cls, document: Document) -> "DocumentView":
        return cls.model_validate(document, from_attributes=True)


class ReadFieldView(BaseModel):
    """One proposal: `confidence` from 0 to 1; `box` is left, top, right, bottom as parts of the page, from 0 to 1."""

    model_config = ConfigDict(from_attributes=True)

    name: FieldName
    value: str | int
    confidence: float
    page: int | None
    box: tuple[float, float, float, float] | None


class SignatureView(BaseModel):
    """A signature of a P7M file, for a person to look at: it decides nothing.

    `integrity`: `verified` (it fits the content and the key of its certificate), `broken` (the content or the signature
    was changed) or `not_checked`. `signer` and `issuer` are what the certificate says of itself: its chain, revocation
    and time are not checked.
    """

    model_config = ConfigDict(from_attributes=True)

    integrity: Integrity
    signer: str | None
    issuer: str | None


class ExtractionView(BaseModel):
    """What was read in a document.

    `state`: `pending`, `read`, `unreadable` (no text could be had) or `not_read` (a kind that states no expense, or a
    document that is not ready). `person_id` is the member or relative whose codice fiscale stands in it.
    """

    document_id: UUID
    state: ExtractionState
    method: str | None
    fields: list[ReadFieldView]
    person_id: UUID | None
    signatures: list[SignatureView] = Field(default=[], description="Of a signed electronic invoice")

    @classmethod
    def of(cls, extraction: Extraction) -> "ExtractionView":
        return cls.model_validate(extraction, from_attributes=True)


class DocumentLink(BaseModel):
    """An address that opens the document once for somebody without a token; it ends soon."""

    url: str
    expires_at: datetime


def waiting_headers(state: DocumentState) -> dict[str, str]:
    """Return when to ask again for a document that is not decided yet."""
    return {"Retry-After": str(RETRY_SECONDS)} if state in WAITING else {}


def download_headers(document: Document) -> dict[str, str]:
    return SAFE_HEADERS | {
        "Content-Disposition": f'attachment; filename="{document.file_name}"',
        "Content-Length": str(document.size_bytes),
    }
