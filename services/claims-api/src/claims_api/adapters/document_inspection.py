"""Find out what a file really is, refuse what a receipt never needs, and write down what is kept of it."""

import hashlib
from pathlib import Path

from claims_api.adapters.electronic_invoice import clean_invoice
from claims_api.adapters.file_type import HEAD_BYTES, CleanFile, SourceType, source_type, unsafe
from claims_api.adapters.image_cleaning import clean_image
from claims_api.adapters.pdf_cleaning import clean_pdf
from claims_api.domain.document_kinds import MAX_DOCUMENT_BYTES


def clean(source: Path, target: Path) -> CleanFile:
    """Check a file by its content and write to `target` what is kept of it.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    with source.open("rb") as file:
        kind = source_type(file.read(HEAD_BYTES))
    if kind is SourceType.PDF:
        clean_pdf(source, target)
    elif kind in {SourceType.XML, SourceType.P7M}:
        clean_invoice(source, target, signed=kind is SourceType.P7M)
    else:
        clean_image(source, target, kind)
    size = target.stat().st_size
    if size > 2 * MAX_DOCUMENT_BYTES:
        raise unsafe("file_too_complex", "The file grows too much when it is written anew.")
    with target.open("rb") as file:
        return CleanFile(kind.kept_as, size, hashlib.file_digest(file, "sha256").hexdigest())
