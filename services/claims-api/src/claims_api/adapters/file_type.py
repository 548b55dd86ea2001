"""What a file claims to be by its first bytes; its name and declared type count for nothing."""

from dataclasses import dataclass
from enum import StrEnum

from claims_api.domain.document_kinds import MediaType
from claims_api.domain.errors import UnsafeDocument, UnsupportedDocument
from kit.errors import FieldError
from kit.papers.electronic_invoice import is_plain_invoice, is_signed_invoice
from kit.papers.paper_fault import PaperFault

HEAD_BYTES = 4096
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What is kept of a file: its type, size in bytes and SHA-256 in hexadecimal."""

    media_type: MediaType
    size_bytes: int
    sha256: str


class SourceType(StrEnum):
    """What can be uploaded."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    XML = "xml"
    P7M = "p7m"

    @property
    def kept_as(self) -> MediaType:
        """Return the type of file that is kept of it."""
        kept = {self.PDF: MediaType.PDF, self.XML: MediaType.XML, self.P7M: MediaType.P7M}
        return kept.get(self, MediaType.JPEG)


def source_type(head: bytes) -> SourceType:
    """Name the type of a file from its first bytes.

    Raises: UnsupportedDocument.
    """
    starts = {b"%PDF-": SourceType.PDF, b"\xff\xd8\xff": SourceType.JPEG, b"\x89PNG\r\n\x1a\n": SourceType.PNG}
    for start, kind in starts.items():
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return SourceType.HEIC
    if is_signed_invoice(head):
        return SourceType.P7M
    if is_plain_invoice(head):
        return SourceType.XML
    raise unsupported("file_type", "The file is no PDF, JPEG, PNG, HEIC or electronic invoice (XML, P7M).")


def unsupported(rule: str, message: str) -> UnsupportedDocument:
    """Say that the file is nothing that the intake takes."""
    return UnsupportedDocument(message, errors=[FieldError("/file", rule, message)])


def unsafe(rule: str, message: str) -> UnsafeDocument:
    """Say that the file carries something that it must not."""
    return UnsafeDocument(message, errors=[FieldError("/file", rule, message)])


def refused(fault: PaperFault) -> UnsupportedDocument | UnsafeDocument:
    """Say what the kit's checks have found as this service answers it."""
    return (unsafe if fault.unsafe else unsupported)(fault.rule, fault.message)
