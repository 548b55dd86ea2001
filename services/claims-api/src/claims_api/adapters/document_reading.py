"""Read what an invoice says: the text of a PDF, an electronic invoice, a scan. Runs in a process of its own."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from claims_api.adapters.electronic_invoice import read_invoice, read_signatures
from claims_api.adapters.scan_reading import read_page, read_picture
from claims_api.domain.document_kinds import MediaType
from claims_api.domain.invoice_reading import FieldName, ReadField, TextPiece, propose_fields
from claims_api.domain.signature import Signature
from kit.papers.electronic_invoice import ElectronicInvoice

_PAGES = 3
_FEW_LETTERS = 30
_MAX_PIECES = 5_000
_SCAN_SCALE = 150 / 72


class Method(StrEnum):
    """How the text was had; `none` where there was none to be had."""

    TEXT = "text"
    ELECTRONIC = "electronic_invoice"
    SCAN = "scan"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    method: Method
    fields: list[ReadField]
    signatures: tuple[Signature, ...] = ()


def read_document(
    path: Path,
    media_type: MediaType,
    today: date,
    family: frozenset[str] = frozenset(),
    scans: bool = False,  # noqa: FBT001, FBT002 (a process apart takes its arguments by place)
) -> Reading:
    """Propose the facts of an invoice; without `scans` pictures are not read."""
    if media_type in {MediaType.XML, MediaType.P7M}:
        content, signed = path.read_bytes(), media_type is MediaType.P7M
        signatures = read_signatures(content) if signed else ()
        return Reading(Method.ELECTRONIC, _electronic(read_invoice(content, signed=signed)), signatures)
    if media_type is MediaType.PDF:
        pieces, method = _pdf_pieces(path, scans=scans)
    else:
        pieces = read_picture(path) if scans else []
        method = Method.SCAN if pieces else Method.NONE
    fields = propose_fields(pieces, not_after=today, family=family)
    return Reading(method if pieces else Method.NONE, fields)


def _pdf_pieces(path: Path, *, scans: bool) -> tuple[list[TextPiece], Method]:
    with pypdfium2.PdfDocument(path) as pdf:
        pages = range(min(len(pdf), _PAGES))
        pieces = [piece for number in pages for piece in _page_pieces(pdf, number)]
        pictured = [number for number in pages if any(pdf[number].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))]
        if sum(len(piece.text) for piece in pieces) >= _FEW_LETTERS or not (scans and pictured):
            return pieces, Method.TEXT
        scanned = [
            piece
            for number in pictured
            for piece in read_page(pdf[number].render(scale=_SCAN_SCALE).to_pil(), page=number + 1)
        ]
        return scanned, Method.SCAN


def _page_pieces(pdf: pypdfium2.PdfDocument, number: int) -> list[TextPiece]:
    page = pdf[number]
    width, height = page.get_size()
    text = page.get_textpage()
    found = []
    for index in range(min(text.count_rects(), _MAX_PIECES)):
        left, bottom, right, top = text.get_rect(index)
        content = text.get_text_bounded(left, bottom, right, top).strip()
        if content:
            box = (left / width, 1 - top / height, right / width, 1 - bottom / height)
            found.append(TextPiece(" ".join(content.split()), number + 1, box))
    return found


def _electronic(invoice: ElectronicInvoice) -> list[ReadField]:
    values: dict[FieldName, str | int | None] = {
        FieldName.NUMBER: invoice.number,
        FieldName.DATE: invoice.date,
        FieldName.AMOUNT: invoice.total_cents,
        FieldName.PROVIDER: invoice.seller_vat_number,
        FieldName.BENEFICIARY: invoice.buyer_fiscal_code,
    }
    return [ReadField(name, value, 0.99) for name, value in values.items() if value]
