"""Move the appointment of a booking."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import BookingRejected, NothingNew, RescheduleTooLate
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import prepare_booking
from booking_api.use_cases.replace_booking import BookingChange, replace_booking
from kit.clock import rome_date
from kit.errors import FieldError


async def reschedule_booking(
    tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer, change: BookingChange, terms: FundTerms
) -> Booking:
    """Replace an open booking by one at another time; one that comes too late leaves the old one as it stands.

    Raises: BookingNotFound, TransitionForbidden, RescheduleTooLate, NothingNew, BookingRejected.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    booking.require(BookingState.REPLACED)
    last_day = terms.last_day_to_reschedule(booking.appointment_on)
    if rome_date(tx.now) > last_day or tx.now >= booking.appointment_at:
        message = f"L'appuntamento si poteva spostare fino al {last_day:%d/%m/%Y}: chiama la Centrale Operativa"
        raise RescheduleTooLate(message, last_day_to_reschedule=last_day.isoformat())
    if not change.changes(booking):
        message = "Il nuovo appuntamento è uguale a quello di prima"
        raise NothingNew(message, errors=[FieldError("/appointment_at", "nothing_new", message)])
    owner = Viewer(member_id=booking.member_id)
    prepared = await prepare_booking(
        tx, wish=change.applied_to(booking), terms=terms, viewer=owner, channel=booking.channel
    )
    notice = prepared.booking.notice
    if not notice.in_time:
        # What the fund has authorised is not withdrawn: a move that could not be authorised is refused as a whole.
        first = notice.first_possible_appointment
        message = f"Preavviso troppo breve: da oggi il primo appuntamento possibile è il {first:%d/%m/%Y}"
        fault = FieldError("/appointment_at", "notice_too_short", message)
        raise BookingRejected(message, errors=[fault], first_possible_appointment=first.isoformat())
    return await replace_booking(
        tx, booking=booking, prepared=prepared, checked_documents=frozenset(), reason="rescheduled"
    )
