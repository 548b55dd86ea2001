"""Dispense a booking: the facility has given the service, whole or in part, and sends its invoice."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_item import BookedItem
from booking_api.domain.booking_states import BookingState
from booking_api.domain.dispensing import Dispensing, dispensed_items, missing_papers
from booking_api.domain.errors import BookingNotFound
from booking_api.domain.events import BookingDispensed
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.invoice import ProviderInvoice
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date


async def dispense_booking(
    tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, report: Dispensing, terms: FundTerms
) -> Booking:
    """Take the facility's report; with an invoice that matches to the cent the booking closes.

    What was given in part is decided anew first; an invoice that differs suspends, with the exact reason.

    Raises: BookingNotFound, TransitionForbidden, DispensingRejected, InvoiceNumberUsed.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    booking.require_dispensable()
    items = await _given(tx, booking, report, terms)
    booking.dispense(items, dispensed_on=report.dispensed_on, at=tx.now, actor=tx.context.actor)
    tx.publish(BookingDispensed(booking_id, booking.facility.facility_id, report.dispensed_on))
    await _record(tx, booking, report.invoice, terms, decided_before=1)
    tx.audit("booking_dispensed", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking


async def correct_dispensing(
    tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, report: Dispensing, terms: FundTerms
) -> Booking:
    """Take another report instead of the one before, the invoice that was missing included, until the closing.

    Raises: BookingNotFound, TransitionForbidden, DispensingRejected, InvoiceNumberUsed.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    before = booking.revision
    if booking.state not in {BookingState.DISPENSED, BookingState.SUSPENDED}:
        booking.require(BookingState.SUSPENDED)
    items = await _given(tx, booking, report, terms)
    booking.correct(items, dispensed_on=report.dispensed_on, at=tx.now, actor=tx.context.actor)
    await _record(tx, booking, report.invoice, terms, decided_before=before)
    tx.audit("dispensing_corrected", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking


async def settle_dispensing(tx: BookingTransaction, *, booking: Booking) -> None:
    """Close or suspend a locked booking by its invoice, after a decision on what was given."""
    invoice = await tx.dispensing.invoice_of(booking.booking_id)
    booking.settle(invoice, at=tx.now, actor=tx.context.actor)
    await tx.bookings.save(booking)
    await announce_closing(tx, booking=booking, invoice=invoice)


async def _given(
    tx: BookingTransaction, booking: Booking, report: Dispensing, terms: FundTerms
) -> tuple[BookedItem, ...]:
    present = {paper.kind for paper in await tx.dispensing.papers_of(booking.booking_id)}
    needed = [
        kind
        for item in booking.items
        if (service := terms.services.get(item.service_code)) is not None
        for kind in terms.papers_needed_for(service)
    ]
    return dispensed_items(
        booking.items,
        report,
        appointment_on=booking.appointment_on,
        today=rome_date(tx.now),
        papers=missing_papers(list(dict.fromkeys(needed)), present),
    )


async def _record(
    tx: BookingTransaction,
    booking: Booking,
    invoice: ProviderInvoice | None,
    terms: FundTerms,
    *,
    decided_before: int,
) -> None:
    if booking.revision > decided_before:
        patient = await tx.members.patient(booking.person_id, Viewer())
        tx.publish(booking_events.requested(booking, patient, terms.services[booking.service.code]))
    if invoice is not None:
        await tx.dispensing.add_invoice(booking, invoice)
    booking.settle(invoice, at=tx.now, actor=tx.context.actor)
    await tx.bookings.save(booking)
    await announce_closing(tx, booking=booking, invoice=invoice)


async def announce_closing(tx: BookingTransaction, *, booking: Booking, invoice: ProviderInvoice | None) -> None:
    """Publish what the fund owes once a booking is closed.

    Raises: BookingNotFound when its facility is unknown.
    """
    if booking.state is not BookingState.CLOSED or invoice is None:
        return
    facility = await tx.facilities.get(booking.facility.facility_id)
    if facility is None:
        raise BookingNotFound("La struttura della prenotazione non esiste")
    tx.publish(booking_events.closed(booking, facility, invoice))
