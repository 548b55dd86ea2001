"""Refuse what a receipt as PDF never needs, and write the rest anew."""

from pathlib import Path

import pikepdf

from claims_api.adapters.file_type import refused, unsafe, unsupported
from kit.papers.paper_fault import PaperFault
from kit.papers.pdf_safety import check_pdf

_TAIL_BYTES = 1024


def clean_pdf(source: Path, target: Path) -> None:
    """Check a PDF and write it anew, which drops whatever does not belong to it; a signed one is kept byte by byte.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    try:
        with pikepdf.open(source) as pdf:
            check_pdf(pdf)
            if _is_signed(pdf):
                _check_tail(source)
                target.write_bytes(source.read_bytes())
            else:
                pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    except PaperFault as fault:
        raise refused(fault) from fault
    except pikepdf.PasswordError:
        raise unsafe("pdf_password", "The PDF is protected by a password.") from None
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError) as error:
        raise unsupported("file_damaged", "The PDF cannot be read.") from error


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    return any(isinstance(one, pikepdf.Dictionary) and "/ByteRange" in one for one in pdf.objects)


def _check_tail(source: Path) -> None:
    """Refuse a signed PDF with something behind its end: it cannot be written anew without breaking the signature."""
    content = source.read_bytes()
    if content.rpartition(b"%%EOF")[2].strip(b"\r\n\0 ") or b"%%EOF" not in content[-_TAIL_BYTES:]:
        raise unsafe("pdf_foreign_content", "Something follows the end of the signed PDF.")
