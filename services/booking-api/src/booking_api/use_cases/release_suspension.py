"""Release a suspended booking with the authorised shares."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.dispense_booking import announce_closing
from booking_api.use_cases.ports import BookingTransaction


async def release_suspension(tx: BookingTransaction, *, booking_id: UUID, reason: str) -> Booking:
    """Close a suspended booking: an operator has cleared the difference up, and the fund pays its authorised share.

    Raises: BookingNotFound, TransitionForbidden.
    """
    booking = await tx.bookings.lock(booking_id, Viewer())
    booking.release(at=tx.now, actor=tx.context.actor, reason=reason)
    await tx.bookings.save(booking)
    await announce_closing(tx, booking=booking, invoice=await tx.dispensing.invoice_of(booking_id))
    tx.audit("suspension_released", entity="booking", entity_id=booking_id, person_id=booking.person_id, reason=reason)
    return booking
