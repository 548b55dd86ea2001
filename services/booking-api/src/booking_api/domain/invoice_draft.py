"""An electronic invoice read for its facility: which bookings it is about, and where it differs from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from booking_api.domain.authorisation_code import codes_in
from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.invoice import Difference, ProviderInvoice, differences
from kit.money import format_eur

INVOICEABLE = frozenset({BookingState.DISPENSED, BookingState.SUSPENDED})


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of the file; `text` is all that it says.

    Units: cents with tax; None where the line does not say.
    """

    description: str
    text: str
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    """What the file says; None where it says nothing or nothing that can be read.

    Shapes: `text` is all that the invoice says, `invoices` how many the file has.
    """

    number: str | None
    day: date | None
    amount_cents: int | None
    seller_vat_number: str | None
    lines: tuple[ReadLine, ...]
    text: str
    invoices: int


@dataclass(frozen=True, slots=True)
class DraftPart:
    """What the invoice says of one code; `booking` is None for a code that is none of the facility's."""

    code: str
    amount_cents: int | None
    booking_id: UUID | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice as it could be sent, with all that speaks against it."""

    read: ReadInvoice
    parts: tuple[DraftPart, ...]
    differences: tuple[Difference, ...]

    @property
    def ready(self) -> bool:
        """Say whether it can be sent as it is, and will close its bookings."""
        return not self.differences and not any(part.differences for part in self.parts)


def draft_invoice(
    read: ReadInvoice, bookings: Mapping[str, Booking], *, vat_number: str | None, today: date
) -> InvoiceDraft:
    """Match a file with the bookings that its text names by their codes."""
    codes = codes_in(read.text)
    parts = tuple(_part(code, _amount_of(code, codes, read), bookings.get(code), read) for code in codes)
    return InvoiceDraft(read, parts, tuple(_of_the_file(read, parts, vat_number, today)))


def _amount_of(code: str, codes: Sequence[str], read: ReadInvoice) -> int | None:
    """Return what the invoice asks for a code: all of it where it names no other, else its lines."""
    if len(codes) == 1:
        return read.amount_cents
    own = [line.amount_cents for line in read.lines if codes_in(line.text) == [code]]
    return sum(cents for cents in own if cents is not None) or None


def _part(code: str, amount_cents: int | None, booking: Booking | None, read: ReadInvoice) -> DraftPart:
    if booking is None:
        why = Difference(
            "code_unknown",
            f"{code} non è un codice di una prenotazione di questa struttura",
            f"{code} is no code of a booking of this facility",
        )
        return DraftPart(code, amount_cents, None, (why,))
    if booking.state not in INVOICEABLE:
        why = Difference(
            "not_invoiceable", f"{code} non è in attesa di fattura", f"{code} does not wait for an invoice"
        )
        return DraftPart(code, amount_cents, booking.booking_id, (why,))
    if amount_cents is None or read.day is None:
        why = Difference("amount_missing", f"Nessuna riga indica {code}", f"No line names {code}")
        return DraftPart(code, None, booking.booking_id, (why,))
    invoice = ProviderInvoice(read.number or "", read.day, amount_cents)
    return DraftPart(
        code,
        amount_cents,
        booking.booking_id,
        differences(invoice, booking.dispensed_items, fund_share_cents=None),
    )


def _of_the_file(
    read: ReadInvoice, parts: Sequence[DraftPart], vat_number: str | None, today: date
) -> list[Difference]:
    """Return what is wrong with the invoice as a whole."""
    missing = {"il numero": read.number, "la data": read.day, "il totale": read.amount_cents}
    found = [
        Difference("not_stated", f"La fattura non dice {what}", f"The invoice does not state a value ({what})")
        for what, value in missing.items()
        if value is None
    ]
    if read.invoices > 1:
        text = f"Il file contiene {read.invoices} fatture: è stata letta la prima"
        found.append(Difference("several_invoices", text, f"The file has {read.invoices} invoices: the first was read"))
    if not parts:
        text = "La fattura non indica alcun codice di autorizzazione (AUT-XXXX-XXXX)"
        found.append(Difference("code_missing", text, "The invoice names no authorisation code (AUT-XXXX-XXXX)"))
    if vat_number and read.seller_vat_number and read.seller_vat_number != vat_number:
        text = f"La partita IVA del cedente è {read.seller_vat_number}, quella della struttura {vat_number}"
        english = f"The seller's VAT number is {read.seller_vat_number}, the facility's is {vat_number}"
        found.append(Difference("seller_differs", text, english))
    if read.day is not None and read.day > today:
        found.append(Difference("date_in_future", "La data della fattura è futura", "The invoice is of the future"))
    return [*found, *_sum_difference(read, parts)]


def _sum_difference(read: ReadInvoice, parts: Sequence[DraftPart]) -> list[Difference]:
    """Return what the parts do not say of the total: stamp duty, or a line without a code."""
    named = sum(part.amount_cents or 0 for part in parts)
    total = read.amount_cents
    if not parts or total is None or named == total:
        return []
    sums = format_eur(named), format_eur(total), format_eur(total - named)
    text = f"Le righe con un codice sommano {sums[0]} €, la fattura è di {sums[1]} €: differenza {sums[2]} €"
    english = f"The lines with a code sum to € {sums[0]}, the invoice is € {sums[1]}: difference € {sums[2]}"
    return [Difference("parts_do_not_sum", text, english, expected_cents=total, found_cents=named)]
