"""Find out what an uploaded paper really is, and refuse what does something when it is opened."""

import io

import pikepdf

from booking_api.domain.errors import PaperInvalid
from booking_api.domain.paper import MOST_BYTES, MediaType, media_type_of
from kit.errors import FieldError
from kit.papers.electronic_invoice import ElectronicInvoice, is_plain_invoice, is_signed_invoice, read_invoice
from kit.papers.paper_fault import PaperFault
from kit.papers.pdf_safety import check_pdf

HEAD_BYTES = 4096


def too_large() -> PaperInvalid:
    return _refused("file_size", f"Un documento ha al massimo {MOST_BYTES // (1024 * 1024)} MiB")


def inspect_paper(content: bytes) -> MediaType:
    """Return the type of a paper by its content.

    Raises: PaperInvalid.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    media_type = media_type_of(content)
    if media_type is None:
        raise _refused("file_type", "Il file non è un PDF, un JPEG o un PNG")
    if media_type is MediaType.PDF:
        _check_pdf(content)
    return media_type


def _check_pdf(content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            check_pdf(pdf)
    except (PaperFault, pikepdf.PasswordError) as fault:
        if isinstance(fault, PaperFault) and not fault.unsafe:
            raise _refused("file_type", "Il PDF non si può leggere") from None
        raise _refused("pdf_unsafe", "Il PDF è protetto, troppo complesso o contiene parti attive") from None
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError):
        raise _refused("file_type", "Il PDF non si può leggere") from None


def read_electronic_invoice(content: bytes) -> ElectronicInvoice:
    """Return what a FatturaPA says, plain or signed (.p7m).

    Raises: PaperInvalid.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    signed = is_signed_invoice(content[:HEAD_BYTES])
    if not signed and not is_plain_invoice(content[:HEAD_BYTES]):
        raise _refused("file_type", "Il file non è una fattura elettronica (XML o P7M)")
    try:
        return read_invoice(content, signed=signed)
    except PaperFault as fault:
        raise _refused(fault.rule, f"La fattura elettronica non si può leggere: {fault.message}") from fault


def _refused(rule: str, message: str) -> PaperInvalid:
    return PaperInvalid(message, errors=[FieldError("/file", rule, message)])
