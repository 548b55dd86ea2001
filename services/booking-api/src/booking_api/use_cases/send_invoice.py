"""Send one invoice over several dispensed bookings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from booking_api.domain.authorisation_code import read_code
from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import CodeNotFound, DispensingRejected
from booking_api.domain.invoice import ProviderInvoice
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.dispense_booking import announce_closing
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.errors import FieldError
from kit.money import format_eur


@dataclass(frozen=True, slots=True)
class InvoicePart:
    """What an invoice says of one booking, which it names by the code of its authorisation.

    Units: cents.
    """

    code: str
    amount_cents: int
    fund_share_cents: int | None


async def send_invoice(
    tx: BookingTransaction, *, viewer: Viewer, number: str, day: date, amount_cents: int, parts: Sequence[InvoicePart]
) -> list[Booking]:
    """Match each part with its booking: what fits closes, what differs is suspended with the exact reason.

    Raises: CodeNotFound, DispensingRejected, InvoiceNumberUsed; then nothing of the invoice was taken.
    """
    _check(day, amount_cents, parts, today=rome_date(tx.now))
    found = await _locked(tx, viewer, parts)
    invoice_id: UUID | None = None
    for part in parts:
        booking = found[part.code]
        invoice = ProviderInvoice(number, day, part.amount_cents, part.fund_share_cents)
        invoice_id = await tx.dispensing.add_invoice(booking, invoice, invoice_id=invoice_id)
        booking.reopen(at=tx.now, actor=tx.context.actor)
        booking.settle(invoice, at=tx.now, actor=tx.context.actor)
        await tx.bookings.save(booking)
        await announce_closing(tx, booking=booking, invoice=invoice)
    ids = [str(one.booking_id) for one in found.values()]
    tx.audit("invoice_received", entity="invoice", entity_id=invoice_id, number=number, bookings=ids)
    return [found[part.code] for part in parts]


def _check(day: date, amount_cents: int, parts: Sequence[InvoicePart], *, today: date) -> None:
    faults = []
    total = sum(part.amount_cents for part in parts)
    if total != amount_cents:
        message = f"Le parti sommano {format_eur(total)} €, la fattura è di {format_eur(amount_cents)} €"
        faults.append(FieldError("/amount_cents", "parts_do_not_sum", message))
    if day > today:
        faults.append(FieldError("/date", "date_in_future", "La data della fattura è futura"))
    codes = [part.code for part in parts]
    faults += [
        FieldError(f"/parts/{place}/code", "code_twice", f"{code} è ripetuto")
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]
    if faults:
        raise DispensingRejected("La fattura non è valida", errors=faults)


async def _locked(tx: BookingTransaction, viewer: Viewer, parts: Sequence[InvoicePart]) -> dict[str, Booking]:
    """Return the bookings by the codes as they were sent.

    In one order for all: two invoices over the same bookings wait for each other and do not deadlock.
    """
    places = {}
    for place, part in enumerate(parts):
        code = read_code(part.code)
        if code is None:
            message = "Il codice ha la forma AUT-XXXX-XXXX"
            raise CodeNotFound(message, errors=[FieldError(f"/parts/{place}/code", "code_malformed", message)])
        places[(await tx.bookings.by_code(code, viewer)).booking_id] = (place, part.code)
    found = {}
    for booking_id in sorted(places):
        place, code = places[booking_id]
        found[code] = await tx.bookings.lock(booking_id, viewer)
        if found[code].state not in {BookingState.DISPENSED, BookingState.SUSPENDED}:
            message = f"{code} non è in attesa di fattura"
            raise DispensingRejected(message, errors=[FieldError(f"/parts/{place}/code", "not_invoiceable", message)])
    return found
