"""Cancel a booking."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.errors import AuthorisationStands
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from kit.errors import FieldError


async def cancel_booking(
    tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, asked_by: str | None = None
) -> Booking:
    """Cancel a booking before its appointment and free its reservation.

    The fund does not withdraw what it has authorised: `asked_by` is the member or the facility.

    Raises: BookingNotFound, AppointmentStarted, TransitionForbidden, AuthorisationStands.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    if booking.authorisation is not None and viewer.member_id is None and asked_by is None:
        message = "Un'autorizzazione non si ritira: indica se l'annullamento è chiesto dal socio o dalla struttura"
        raise AuthorisationStands(message, errors=[FieldError("/requested_by", "requested_by_missing", message)])
    booking.cancel(at=tx.now, actor=tx.context.actor, reason=asked_by)
    await tx.bookings.save(booking)
    tx.publish(booking_events.released(booking, reason="cancelled"))
    tx.audit("booking_cancelled", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking
