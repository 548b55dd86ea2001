"""Find out what a file really is, and refuse what a receipt never needs."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
import puremagic

from claims_api.domain.document_kinds import MediaType
from claims_api.domain.errors import UnsafeDocument, UnsupportedDocument
from kit.errors import FieldError

_HEAD_BYTES = 4096
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_PIXELS = 100_000_000
_MAX_PDF_OBJECTS = 100_000
_JPEG_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN, _END = 0xDA, 0xD9
# Keys that start something or carry another file, wherever in the document they stand.
_ACTIVE_KEYS = ("/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMedia")
_ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition"})


def inspect(file: BinaryIO) -> MediaType:
    """Return the type of a file by its content.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    media_type = _by_header(head)
    if media_type is None or media_type not in _by_signature(head):
        raise _unsupported("The file is no PDF, JPEG or PNG.")
    if media_type is MediaType.PDF:
        _check_pdf(file)
    elif media_type is MediaType.PNG:
        _check_size(*_png_size(head))
    else:
        _check_size(*_jpeg_size(file))
    return media_type


def _by_header(head: bytes) -> MediaType | None:
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(_PNG_SIGNATURE):
        return MediaType.PNG
    return MediaType.JPEG if head.startswith(b"\xff\xd8\xff") else None


def _by_signature(head: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return set()


def _png_size(head: bytes) -> tuple[int, int]:
    if head[8:16] != b"\x00\x00\x00\rIHDR" or len(head) < 24:  # noqa: PLR2004 (the first chunk of every PNG)
        raise _unsupported("The PNG has no valid header.")
    width, height = struct.unpack(">II", head[16:24])
    return int(width), int(height)


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    for marker, segment in _jpeg_segments(file):
        if marker in _JPEG_FRAMES and len(segment) >= 5:  # noqa: PLR2004 (precision, height, width)
            height, width = struct.unpack(">HH", segment[1:5])
            return int(width), int(height)
    raise _unsupported("The JPEG has no picture in it.")


def _jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(2)
    while True:
        prefix = file.read(2)
        while prefix == b"\xff\xff":  # any number of fill bytes may stand before a marker
            prefix = b"\xff" + file.read(1)
        if len(prefix) < 2 or prefix[0] != 0xFF or prefix[1] in {_SCAN, _END}:  # noqa: PLR2004 (a marker)
            return
        if prefix[1] in _NO_LENGTH:
            continue
        length = int.from_bytes(file.read(2), "big")
        yield prefix[1], file.read(max(length - 2, 0))


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= _MAX_PIXELS:
        raise _unsupported("The picture is empty or has too many pixels.")


def _check_pdf(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with pikepdf.open(file) as pdf:
            if pdf.is_encrypted:
                raise _unsafe("pdf_password", "The PDF is protected by a password.")
            if not pdf.pages:
                raise _unsupported("The PDF has no page.")
            _check_pdf_content(pdf)
    except pikepdf.PasswordError:
        raise _unsafe("pdf_password", "The PDF is protected by a password.") from None
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise _unsupported("The PDF cannot be read.") from error


def _check_pdf_content(pdf: pikepdf.Pdf) -> None:
    if len(pdf.objects) > _MAX_PDF_OBJECTS:
        raise _unsafe("pdf_too_complex", "The PDF has too many parts.")
    # An OpenAction that only names the first page to show is written by many programs and starts nothing.
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        raise _unsafe("pdf_open_action", "The PDF starts an action when it is opened.")
    if len(pdf.attachments) > 0:
        raise _unsafe("pdf_embedded_file", "The PDF has files inside.")
    for one in pdf.objects:
        _check_pdf_object(one, depth=0)


def _check_pdf_object(value: object, *, depth: int) -> None:
    if depth > 20:  # noqa: PLR2004 (direct objects are nested a few levels deep)
        raise _unsafe("pdf_too_complex", "The PDF is nested too deeply.")
    if isinstance(value, pikepdf.Array):
        children = [child for child in value.as_list() if not getattr(child, "is_indirect", False)]
    elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        _refuse_active(value)
        children = [child for _, child in value.items() if not getattr(child, "is_indirect", False)]
    else:
        return
    for child in children:
        _check_pdf_object(child, depth=depth + 1)


def _refuse_active(value: pikepdf.Dictionary | pikepdf.Stream) -> None:
    present = [key for key in _ACTIVE_KEYS if key in value]
    if present or str(value.get("/S", "")) in _ACTIVE_ACTIONS:
        raise _unsafe("pdf_active_content", "The PDF has scripts, actions or files inside.")


def _unsupported(message: str) -> UnsupportedDocument:
    return UnsupportedDocument(message, errors=[FieldError("/file", "file_type", message)])


def _unsafe(rule: str, message: str) -> UnsafeDocument:
    return UnsafeDocument(message, errors=[FieldError("/file", rule, message)])
