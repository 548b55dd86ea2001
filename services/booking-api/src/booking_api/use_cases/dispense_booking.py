"""Dispense a booking: the facility has given the service and sends its invoice."""

from datetime import date
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.errors import BookingNotFound
from booking_api.domain.events import BookingDispensed
from booking_api.domain.invoice import ProviderInvoice
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction


async def dispense_booking(
    tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, dispensed_on: date, invoice: ProviderInvoice
) -> Booking:
    """Accept the facility's invoice and close the booking: the fund owes its share to the facility.

    Raises: BookingNotFound, TransitionForbidden, DispensingRejected, InvoiceNumberUsed.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    facility = await tx.facilities.get(booking.facility.facility_id)
    if facility is None:
        raise BookingNotFound("La struttura della prenotazione non esiste")
    booking.dispense(invoice, dispensed_on=dispensed_on, at=tx.now, actor=tx.context.actor)
    await tx.bookings.save(booking)
    await tx.bookings.add_invoice(booking, invoice)
    tx.publish(BookingDispensed(booking_id, facility.facility_id, dispensed_on))
    tx.publish(booking_events.closed(booking, facility, invoice))
    tx.audit("booking_dispensed", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking
