"""Propose the facts of an Italian invoice from its pieces of text; a person confirms them, they decide nothing."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Check digits: pure functions of a kept library, without IO.
from stdnum.it import codicefiscale, iva

Box = tuple[float, float, float, float]
Value = str | int


class FieldName(StrEnum):
    """What is proposed: the amount in cents, the date as YYYY-MM-DD, the codes without spaces."""

    NUMBER = "document_number"
    DATE = "document_date"
    AMOUNT = "amount_cents"
    PROVIDER = "provider_vat_number"
    BENEFICIARY = "beneficiary_fiscal_code"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of text on a page.

    Units: `box` is left, top, right, bottom as parts of the page (0 to 1, downwards); `sure` is the reader's own
    confidence, 1 where the file itself holds the text; pages count from 1.
    """

    text: str
    page: int
    box: Box
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class ReadField:
    """One proposal with its confidence (0 to 1) and its place, where it has one."""

    name: FieldName
    value: Value
    confidence: float
    page: int | None = None
    box: Box | None = None


_Labels = Sequence[tuple[float, re.Pattern[str]]]


def _labels(*pairs: tuple[float, str]) -> _Labels:
    return [(weight, re.compile(pattern, re.IGNORECASE)) for weight, pattern in pairs]


_PAPER = r"(?:fattura|ricevuta|parcella|documento|invoice|quietanza|nota)"
_KIND = r"(?:\s+(?:sanitaria|elettronica|fiscale|medica|di\s+credito))?"
_NUMBER_LABELS = _labels(
    (0.97, _PAPER + _KIND + r"\s*(?:\(?n(?:umero|r|um)?\b\.?|n[°º]|number|no\.|#)\s*[°º:.)]*"),
    (0.95, r"(?:numero|num\.|n\.|nr\.?|n[°º])\s*(?:della\s+|del\s+)?(?:fattura|documento|doc\.?|ricevuta)\s*:?"),
    (0.75, r"\b(?:numero|num\.|nr\.|n[°º]|n\.)\s*:?"),
)
_OTHER_DAYS = r"(?!\s+(?:di\s+)?(?:nascita|scadenza|prestazione|pagamento|valuta|visita|ordine|ddt))"
_DATE_LABELS = _labels(
    (0.97, r"data\s+(?:della\s+|del\s+|di\s+)?(?:fattura|documento|emissione|ricevuta|doc\.?)\s*:?"),
    (0.97, r"invoice\s+date\s*:?"),
    (0.96, r"emess[ao]\s+(?:il|in\s+data)\s*:?|" + _PAPER + r"\b.{0,50}?\bdel\b"),
    (0.85, r"\bdata\b" + _OTHER_DAYS + r"\s*:?|\bdel\b|\bin\s+data\b|\bl[iì]\b,?|^\s*date\b\s*:?"),
)
_AMOUNT_LABELS = _labels(
    (0.97, r"totale\s+(?:della\s+)?(?:fattura|documento|ricevuta|parcella|complessivo|generale)(?:\s+eur[o]?)?"),
    (0.96, r"importo\s+totale(?:\s+documento)?|total[e]?\s+(?:da\s+pagare|a\s+pagare|dovuto|due|amount)"),
    (0.9, r"netto\s+a\s+pagare|importo\s+(?:pagato|dovuto|versato)"),
    (0.85, r"\btotal[e]?\b(?!\s*(?:imponibile|iva|imposta|parziale|sconto|quantit|prestazioni|bollo))"),
    (0.6, r"\bimporto\b|€|\beuro?\b"),
)
_VAT_LABEL = re.compile(r"p\W{0,2}(?:artita)?\W{0,2}iva|p\.\s*i\.|\bvat\b|i\.v\.a\.", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"spett|gent(?:\.|ile)|egr(?:\.|egi)|client[ei]|paziente|intestat|assistit|destinatari|beneficiari|cessionari|"
    r"\bsig\.?(?:ra|\.ra)?\b|cognome|bill\s+to|patient",
    re.IGNORECASE,
)

_MONTHS = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"]
_DATE = re.compile(
    r"(?<![\d/])(?:(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})(?!\d)|(\d{4})-(\d{2})-(\d{2})|"
    r"(\d{1,2})°?\s+(gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic)[a-z]*\.?\s+(\d{4}))",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?<![\d.,/])(\d{1,3}(?:[.'\s]\d{3})+|\d{1,3}(?:,\d{3})+|\d+)([,.])(\d{2})(?![\d/])(?!\s*%)")
_NUMBER = re.compile(r"^[\s:.#°º-]*((?=[A-Z0-9/_.\-]*\d)[A-Z0-9]+(?:\s?[/_.\-]\s?[A-Z0-9]+)*)", re.IGNORECASE)
_ONLY_DATE = re.compile(r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}$")
_VAT = re.compile(r"(?<![\d])([0-9]{11})(?!\d)")
_DIGIT = "[0-9LMNP-V]"  # letters in the place of digits: omocodia
_CODE = rf"[A-Z]{{6}}{_DIGIT}{{2}}[A-Z]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z]"
_FISCAL_CODE = re.compile(rf"(?<![A-Z0-9])({_CODE})(?![A-Z0-9])")
_NUMBER_LENGTH = 20
_RIGHT, _BELOW = 0.96, 0.9


def propose_fields(
    pieces: Sequence[TextPiece], *, not_after: date, family: frozenset[str] = frozenset()
) -> list[ReadField]:
    """Return at most one proposal a field; `family` are the codici fiscali of the member and their relatives."""
    found = [
        _best(_labelled(FieldName.NUMBER, _NUMBER_LABELS, pieces, _number)),
        _best([*_labelled(FieldName.DATE, _DATE_LABELS, pieces, _date_until(not_after)), *_bare(pieces, not_after)]),
        _best(_labelled(FieldName.AMOUNT, _AMOUNT_LABELS, pieces, _amount)),
        _best(_providers(pieces)),
        _best(_beneficiaries(pieces, family)),
    ]
    return [field for field in found if field is not None]


def _best(found: Iterable[ReadField]) -> ReadField | None:
    # Of equally sure ones the first on the page stays.
    return max(found, key=lambda field: field.confidence, default=None)


def _labelled(
    name: FieldName, labels: _Labels, pieces: Sequence[TextPiece], parse: Callable[[str], Value | None]
) -> Iterator[ReadField]:
    for weight, label in labels:
        for piece in pieces:
            for match in label.finditer(piece.text):
                for text, place, nearness in _near(piece, match.end(), pieces):
                    value = parse(text)
                    if value is not None:
                        sure = round(weight * nearness * min(piece.sure, place.sure), 3)
                        yield ReadField(name, value, sure, place.page, place.box)
                        break


def _near(piece: TextPiece, end: int, pieces: Sequence[TextPiece]) -> Iterator[tuple[str, TextPiece, float]]:
    """Yield where the value of a label may stand: behind it, to its right, below it."""
    yield piece.text[end:], piece, 1.0
    if piece.text[end:].strip(" :.\u20ac"):
        return
    for other in right_of(piece, pieces)[:2]:
        yield other.text, other, _RIGHT
    for other in below(piece, pieces)[:1]:
        yield other.text, other, _BELOW


def right_of(piece: TextPiece, pieces: Sequence[TextPiece]) -> list[TextPiece]:
    """Return what stands in the same row to the right, the nearest first."""
    row = [
        one
        for one in pieces
        if one is not piece and one.page == piece.page and one.box[0] >= piece.box[2] - 0.005 and _same_row(piece, one)
    ]
    return sorted(row, key=lambda one: one.box[0])


def _same_row(one: TextPiece, other: TextPiece) -> bool:
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared > 0.5 * min(one.box[3] - one.box[1], other.box[3] - other.box[1])


def below(piece: TextPiece, pieces: Sequence[TextPiece]) -> list[TextPiece]:
    """Return what stands closely under it in the same column, the nearest first."""
    left, top, right, bottom = piece.box
    reach = bottom + 3.5 * (bottom - top)
    column = [
        one
        for one in pieces
        if one.page == piece.page
        and bottom - 0.004 <= one.box[1] <= reach
        and one.box[0] <= right + 0.01
        and one.box[2] >= left - 0.01
    ]
    return sorted(column, key=lambda one: one.box[1])


def _number(text: str) -> str | None:
    match = _NUMBER.match(text)
    value = re.sub(r"\s", "", match[1]) if match else ""
    if not value or len(value) > _NUMBER_LENGTH or _ONLY_DATE.match(value):
        return None
    return value


def _date_until(not_after: date) -> Callable[[str], str | None]:
    def parse(text: str) -> str | None:
        match = _DATE.search(text)
        day = _day(match) if match else None
        return day.isoformat() if day and date(2000, 1, 1) <= day <= not_after else None

    return parse


def _day(match: re.Match[str]) -> date | None:
    day, month, year, iso_year, iso_month, iso_day, word_day, word, word_year = match.groups()
    try:
        if iso_year:
            return date(int(iso_year), int(iso_month), int(iso_day))
        if word:
            return date(int(word_year), _MONTHS.index(word.lower()) + 1, int(word_day))
        return date(int(year) if len(year) > 2 else 2000 + int(year), int(month), int(day))  # noqa: PLR2004 (26)
    except ValueError:
        return None


def _bare(pieces: Sequence[TextPiece], not_after: date) -> Iterator[ReadField]:
    """Propose, with little confidence, a date that no word names; never one of birth."""
    parse = _date_until(not_after)
    for piece in pieces:
        value = None if re.search(r"\bnat[oa]\b|nascita", piece.text, re.IGNORECASE) else parse(piece.text)
        if value is not None:
            yield ReadField(FieldName.DATE, value, round(0.5 * piece.sure, 3), piece.page, piece.box)


def _amount(text: str) -> int | None:
    found = [_cents(match) for match in _AMOUNT.finditer(text)]
    return found[-1] if found and found[-1] > 0 else None


def _cents(match: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", match[1])) * 100 + int(match[3])


def _providers(pieces: Sequence[TextPiece]) -> Iterator[ReadField]:
    """Propose the first partita IVA of the page; the customer's own stands beside the customer."""
    for piece in pieces:
        for match in _VAT.finditer(piece.text):
            if not iva.is_valid(match[1]):
                continue
            before = [piece.text[: match.start()], *(one.text for one in _before(piece, pieces))]
            sure = 0.97 if any(_VAT_LABEL.search(text) for text in before) else 0.6
            sure *= 0.6 if _is_customers(piece, pieces) else 1.0
            yield ReadField(FieldName.PROVIDER, match[1], round(sure * piece.sure, 3), piece.page, piece.box)


def _before(piece: TextPiece, pieces: Sequence[TextPiece]) -> list[TextPiece]:
    """Return the nearest pieces to the left and above."""
    left = [one for one in pieces if one is not piece and piece in right_of(one, pieces)[:1]]
    above = [one for one in pieces if piece in below(one, pieces)[:1]]
    return [*left, *above]


def _beneficiaries(pieces: Sequence[TextPiece], family: frozenset[str]) -> Iterator[ReadField]:
    """Propose the personal codice fiscale that stands beside the customer, not the provider's own."""
    found = [
        (piece, match[1])
        for piece in pieces
        for match in _FISCAL_CODE.finditer(piece.text.upper())
        if codicefiscale.is_valid(match[1])
    ]
    for piece, code in found:
        if code in family:
            sure = 0.99
        elif _is_customers(piece, pieces):
            sure = 0.95
        elif _VAT_LABEL.search(piece.text):
            sure = 0.3
        else:
            sure = 0.7 if len({code for _, code in found}) == 1 else 0.5
        yield ReadField(FieldName.BENEFICIARY, code, round(sure * piece.sure, 3), piece.page, piece.box)


def _is_customers(piece: TextPiece, pieces: Sequence[TextPiece]) -> bool:
    """Say whether it stands in the block that a word like "Spett.le" or "Paziente" begins."""
    for one in pieces:
        if one.page == piece.page and _CUSTOMER.search(one.text):
            down, aside = piece.box[1] - one.box[1], piece.box[0] - one.box[0]
            flush_right = abs(piece.box[2] - one.box[2]) < 0.03  # noqa: PLR2004 (parts of a page: an address block)
            if -0.01 <= down <= 0.14 and (flush_right or -0.06 <= aside <= 0.45):  # noqa: PLR2004 (the same)
                return True
    return False
