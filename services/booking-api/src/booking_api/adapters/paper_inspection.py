"""Find out what an uploaded paper really is, and refuse what does something when it is opened."""

import io

import pikepdf

from booking_api.domain.errors import PaperInvalid
from booking_api.domain.paper import MOST_BYTES, MediaType, media_type_of
from kit.errors import FieldError

_ACTIVE = ("/JS", "/JavaScript", "/AA", "/EF", "/XFA", "/RichMedia", "/Launch")


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
            objects = [one for one in pdf.objects if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream))]
            active = any(name in one for one in objects for name in _ACTIVE)
            sound = len(pdf.pages) > 0 and not pdf.is_encrypted
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
        raise _refused("file_type", "Il PDF non si può leggere") from None
    if not sound or active:
        raise _refused("pdf_unsafe", "Il PDF è vuoto, protetto o contiene parti attive")


def _refused(rule: str, message: str) -> PaperInvalid:
    return PaperInvalid(message, errors=[FieldError("/file", rule, message)])
