"""Cancel a booking."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction


async def cancel_booking(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer) -> Booking:
    """Cancel a booking before its appointment and free its reservation.

    Raises: BookingNotFound, AppointmentStarted, TransitionForbidden.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    booking.cancel(at=tx.now, actor=tx.context.actor)
    await tx.bookings.save(booking)
    tx.publish(booking_events.released(booking, reason="cancelled"))
    tx.audit("booking_cancelled", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking
