"""The facility's invoice for a dispensed booking, and where it differs from the authorisation."""

import re
from dataclasses import dataclass
from datetime import date

from booking_api.domain.booking_item import BookedItem, total_cents
from kit.errors import FieldError
from kit.money import format_eur


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice.

    Units: cents for the whole quantity.
    """

    service_code: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ProviderInvoice:
    """Number, date and amount of the facility's invoice, as far as it is about one booking.

    Shapes: `fund_share_cents` is what the facility asks of the fund, None where the invoice does not say.
    Units: cents.
    """

    number: str
    date: date
    amount_cents: int
    fund_share_cents: int | None = None
    lines: tuple[InvoiceLine, ...] = ()

    @property
    def number_key(self) -> str:
        """Return the number as it is compared: `FT 12/a` and `ft12/A` are the same invoice."""
        return re.sub(r"\s+", "", self.number).upper()


@dataclass(frozen=True, slots=True)
class Difference:
    """One exact reason why an invoice is not paid as it is.

    Shapes: `service_code` where it is about one line.
    Units: cents; None where it is not about a sum.
    """

    code: str
    text_it: str
    text_en: str
    expected_cents: int | None = None
    found_cents: int | None = None
    service_code: str | None = None


def check_invoice(invoice: ProviderInvoice, *, today: date) -> list[FieldError]:
    """Return what no invoice can be: of the future, or with lines that make another sum."""
    faults = []
    if invoice.date > today:
        faults.append(FieldError("/invoice/date", "date_in_future", "La data della fattura è futura"))
    lines = sum(line.amount_cents for line in invoice.lines)
    if invoice.lines and lines != invoice.amount_cents:
        message = f"Le righe sommano {format_eur(lines)} €, la fattura è di {format_eur(invoice.amount_cents)} €"
        faults.append(FieldError("/invoice/lines", "lines_do_not_sum", message))
    return faults


def differences(
    invoice: ProviderInvoice, items: tuple[BookedItem, ...], *, fund_share_cents: int | None
) -> tuple[Difference, ...]:
    """Compare an invoice with what was agreed and authorised, to the cent.

    Shapes: `fund_share_cents` is None while the share is being decided anew.
    """
    found = [one for line in invoice.lines if (one := _line_difference(line, items)) is not None]
    agreed = total_cents(items)
    if invoice.amount_cents != agreed:
        found.append(_difference("amount_differs_from_agreed_price", agreed, invoice.amount_cents))
    asked = invoice.fund_share_cents
    if fund_share_cents is not None and asked is not None and asked != fund_share_cents:
        found.append(_difference("fund_share_differs", fund_share_cents, asked))
    return tuple(found)


def _line_difference(line: InvoiceLine, items: tuple[BookedItem, ...]) -> Difference | None:
    agreed = sum(item.amount_cents for item in items if item.service_code == line.service_code)
    if agreed == line.amount_cents:
        return None
    return _difference("line_amount_differs", agreed, line.amount_cents, line.service_code)


_WORDS = {
    "amount_differs_from_agreed_price": ("La fattura", "il prezzo concordato", "The invoice", "the agreed price"),
    "fund_share_differs": (
        "La quota del fondo in fattura",
        "la quota autorizzata",
        "The fund's share on the invoice",
        "the authorised share",
    ),
    "line_amount_differs": ("La riga", "la tariffa concordata", "The line", "the agreed tariff"),
}


def _difference(code: str, expected: int, found: int, service_code: str | None = None) -> Difference:
    what_it, agreed_it, what_en, agreed_en = _WORDS[code]
    named = f" {service_code}" if service_code else ""
    sums = [format_eur(cents) for cents in (found, expected, found - expected)]
    return Difference(
        code=code,
        text_it=f"{what_it}{named} è di {sums[0]} €, {agreed_it} è di {sums[1]} €: differenza {sums[2]} €",
        text_en=f"{what_en}{named} is € {sums[0]}, {agreed_en} is € {sums[1]}: difference € {sums[2]}",
        expected_cents=expected,
        found_cents=found,
        service_code=service_code,
    )
