"""Refuse in a PDF what a paper of a fund never needs: scripts, actions, files inside, bombs."""

import zlib
from collections.abc import Iterator

import pikepdf

from kit.papers.paper_fault import unreadable, unsafe

_MAX_OBJECTS = 100_000
_MAX_DEPTH = 20
_MAX_PAGES = 200
_MAX_DECODED_BYTES = 1_000_000_000
_MAX_STREAM_BYTES = 200_000_000
_MAX_PICTURE_PIXELS = 200_000_000
_DECODE_STEP = 1024 * 1024
# Keys that start something or carry another file, wherever in the document they stand.
_ACTIVE_KEYS = ("/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMedia")
_ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition"})


def check_pdf(pdf: pikepdf.Pdf) -> None:
    """Look through every object of an open PDF.

    Raises: PaperFault.
    """
    if pdf.is_encrypted:
        raise unsafe("pdf_password", "The PDF is protected by a password.")
    _check_size(pdf)
    # An OpenAction that only names the first page to show is written by many programs and starts nothing.
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        raise unsafe("pdf_open_action", "The PDF starts an action when it is opened.")
    if len(pdf.attachments) > 0:
        raise unsafe("pdf_embedded_file", "The PDF has files inside.")
    left = _MAX_DECODED_BYTES
    for one in pdf.objects:
        _check_object(one, depth=0)
        if isinstance(one, pikepdf.Stream):
            left = _check_stream(one, left)


def _check_size(pdf: pikepdf.Pdf) -> None:
    pages = len(pdf.pages)
    if pages == 0:
        raise unreadable("file_damaged", "The PDF has no page.")
    if pages > _MAX_PAGES:
        raise unsafe("pdf_too_complex", f"The PDF has more than {_MAX_PAGES} pages.")
    if len(pdf.objects) > _MAX_OBJECTS:
        raise unsafe("pdf_too_complex", "The PDF has too many parts.")


def _check_object(value: object, *, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise unsafe("pdf_too_complex", "The PDF is nested too deeply.")
    if isinstance(value, pikepdf.Array):
        children = [child for child in value.as_list() if not getattr(child, "is_indirect", False)]
    elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        _refuse_active(value)
        children = [child for _, child in value.items() if not getattr(child, "is_indirect", False)]
    else:
        return
    for child in children:
        _check_object(child, depth=depth + 1)


def _refuse_active(value: pikepdf.Dictionary | pikepdf.Stream) -> None:
    present = [key for key in _ACTIVE_KEYS if key in value]
    if present or str(value.get("/S", "")) in _ACTIVE_ACTIONS:
        raise unsafe("pdf_active_content", "The PDF has scripts, actions or files inside.")


def _check_stream(stream: pikepdf.Stream, left: int) -> int:
    """Return how many decoded bytes the rest of the document may still have."""
    if str(stream.get("/Subtype", "")) == "/Image":
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
        if width * height > _MAX_PICTURE_PIXELS:
            raise unsafe("image_pixels", "A picture in the PDF has too many pixels.")
    filters = [str(one) for one in _listed(stream.get("/Filter"))]
    if filters.count("/FlateDecode") > 1 or len(filters) > 2:  # noqa: PLR2004 (one packing and one text form)
        raise unsafe("decompression_bomb", "A part of the PDF is packed more than once.")
    if filters[:1] != ["/FlateDecode"]:
        return left
    size = sum(_inflated(stream.read_raw_bytes(), _MAX_STREAM_BYTES))
    left -= size
    if left < 0 or size > _MAX_STREAM_BYTES:
        raise unsafe("decompression_bomb", "The PDF unpacks to far more than a receipt has.")
    return left


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value.as_list()) if isinstance(value, pikepdf.Array) else [value]


def _inflated(packed: bytes, upto: int) -> Iterator[int]:
    """Yield the sizes of the unpacked pieces until there are more bytes than asked about."""
    unpacker = zlib.decompressobj()
    total = 0
    try:
        while packed and total <= upto:
            size = len(unpacker.decompress(packed, _DECODE_STEP))
            packed = unpacker.unconsumed_tail
            total += size
            yield size
    except zlib.error:
        # A reader would stop here too: what comes after the fault unpacks to nothing.
        return
