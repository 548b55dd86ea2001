"""Let a booking expire."""

from uuid import UUID

from booking_api.domain.booking_states import OPEN
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction


async def expire_booking(tx: BookingTransaction, *, booking_id: UUID) -> bool:
    """Expire an open booking whose term has passed and free its reservation; say whether it did.

    Raises: BookingNotFound.
    """
    booking = await tx.bookings.lock(booking_id, Viewer())
    if booking.state not in OPEN or tx.now < booking.expires_at:
        return False
    booking.expire(at=tx.now, actor=tx.context.actor)
    await tx.bookings.save(booking)
    tx.publish(booking_events.released(booking, reason="expired"))
    tx.audit("booking_expired", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return True
