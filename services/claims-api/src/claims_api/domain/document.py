"""A document that a member uploaded, and the way it goes before a claim can rest on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.document_kinds import DocumentKind, MediaType
from claims_api.domain.errors import DocumentNotAvailable, DocumentsNotReady
from kit.errors import FieldError

RETRY_SECONDS = 2


class DocumentState(StrEnum):
    """received → checked → ready, or refused; erased is what retention leaves."""

    RECEIVED = "received"
    CHECKED = "checked"
    READY = "ready"
    REFUSED = "refused"
    ERASED = "erased"


_S = DocumentState
WAITING = frozenset({_S.RECEIVED, _S.CHECKED})
NEXT_STATES: Mapping[DocumentState, frozenset[DocumentState]] = {
    _S.RECEIVED: frozenset({_S.CHECKED, _S.READY, _S.REFUSED, _S.ERASED}),
    _S.CHECKED: frozenset({_S.READY, _S.REFUSED, _S.ERASED}),
    _S.READY: frozenset({_S.ERASED}),
    _S.REFUSED: frozenset({_S.ERASED}),
    _S.ERASED: frozenset(),
}

_SUFFIXES: Mapping[MediaType, str] = {
    MediaType.PDF: "pdf",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.XML: "xml",
    MediaType.P7M: "xml.p7m",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes as they lie in the document store; `sha256` in hexadecimal is that of the plain content."""

    storage_key: str
    media_type: MediaType
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """One uploaded file and where its bytes are.

    Shapes: `sha256` is of the bytes as they were uploaded, `content_sha256` of those that are kept (pictures and PDFs
    are written anew); `storage_key` is empty once the bytes are gone; `refusal` is the rule that refused the file.
    Units: `size_bytes` in bytes; hashes in hexadecimal; `work_due_at` is when the worker takes it up (again).
    """

    document_id: UUID
    member_id: UUID
    kind: DocumentKind
    media_type: MediaType
    size_bytes: int
    sha256: str
    content_sha256: str | None
    storage_key: str | None
    duplicate_of: UUID | None
    uploaded_at: datetime
    uploaded_by: str
    state: DocumentState
    refusal: str | None = None
    work_due_at: datetime | None = None
    hold_reason: str | None = None
    erased_at: datetime | None = None
    erase_reason: str | None = None

    @property
    def file_name(self) -> str:
        """Return a name for downloads that repeats nothing that the uploader typed."""
        return f"{self.kind}-{self.document_id}.{_SUFFIXES[self.media_type]}"

    @property
    def readable_key(self) -> str:
        """Return where the bytes are, for somebody who wants to see them.

        Raises: DocumentNotAvailable while nobody knows yet whether they are harmless, and when they are gone.
        """
        if self.state is not DocumentState.READY or self.storage_key is None:
            raise DocumentNotAvailable(
                f"The document cannot be read: it is {self.state}.", state=self.state, refusal=self.refusal
            )
        return self.storage_key


def checked(document: Document, clean: StoredFile, *, scan_due_at: datetime | None) -> Document:
    """Return the document with its checked bytes: ready, or waiting for the virus scanner where there is one."""
    return replace(
        document,
        state=DocumentState.READY if scan_due_at is None else DocumentState.CHECKED,
        media_type=clean.media_type,
        size_bytes=clean.size_bytes,
        content_sha256=clean.sha256,
        storage_key=clean.storage_key,
        work_due_at=scan_due_at,
    )


def scanned_clean(document: Document) -> Document:
    """Return the document that the virus scanner let pass."""
    return replace(document, state=DocumentState.READY, work_due_at=None)


def refused(document: Document, rule: str) -> Document:
    """Return the document without its bytes, with the rule that refused them."""
    return replace(document, state=DocumentState.REFUSED, refusal=rule, storage_key=None, work_due_at=None)


def require_ready(documents: Iterable[Document]) -> None:
    """Let a claim go on only with documents that are ready.

    Raises: DocumentsNotReady, naming each document that is not.
    """
    late = [one for one in documents if one.state is not DocumentState.READY]
    if not late:
        return
    faults = [FieldError(f"/documents/{one.document_id}", f"document_{one.state}", _why(one)) for one in late]
    retry = {"retry_after_seconds": RETRY_SECONDS} if all(one.state in WAITING for one in late) else {}
    raise DocumentsNotReady("A document is not ready.", errors=faults, **retry)


def _why(document: Document) -> str:
    if document.state in WAITING:
        return "The document is still being checked."
    if document.state is DocumentState.REFUSED:
        return f"The document was refused ({document.refusal}): remove it and upload another one."
    return "The document was erased."
