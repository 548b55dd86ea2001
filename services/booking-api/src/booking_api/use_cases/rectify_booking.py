"""Rectify a booking that does not match the prescription."""

from datetime import timedelta
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import NothingNew
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import prepare_booking
from booking_api.use_cases.replace_booking import BookingChange, replace_booking
from kit.errors import FieldError


async def rectify_booking(
    tx: BookingTransaction, *, booking_id: UUID, change: BookingChange, reason: str, terms: FundTerms
) -> Booking:
    """Replace a booking that is not dispensed yet by the right one; the notice is not asked for again.

    Raises: BookingNotFound, TransitionForbidden, NothingNew, BookingRejected.
    Source: member guide, "sarà necessario contattare la Centrale Operativa per richiedere una rettifica".
    """
    booking = await tx.bookings.lock(booking_id, Viewer())
    booking.require(BookingState.REPLACED)
    if not change.changes(booking):
        message = "La rettifica non cambia nulla"
        raise NothingNew(message, errors=[FieldError("", "nothing_new", message)])
    wish = change.applied_to(booking)
    # The mismatch is found at the desk, when the appointment may have begun: the same moment stays possible.
    kept = wish.appointment_at == booking.appointment_at
    earliest = booking.appointment_at - timedelta(microseconds=1) if kept else tx.now
    prepared = await prepare_booking(
        tx,
        wish=wish,
        terms=terms,
        viewer=Viewer(member_id=booking.member_id),
        channel=booking.channel,
        earliest=min(earliest, tx.now),
    )
    prepared.booking.expires_at = terms.dispensing_ends_at(wish.appointment_at)
    return await replace_booking(
        tx, booking=booking, prepared=prepared, checked_documents=change.checked_documents, reason=reason
    )
