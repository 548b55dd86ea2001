"""What happens at the desk before dispensing: the person comes, and more is done than was booked."""

from datetime import timedelta
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_item import CountedService
from booking_api.domain.booking_states import BookingState
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.transition import Transition
from booking_api.domain.viewer import Viewer
from booking_api.domain.wish import BookingWish
from booking_api.use_cases import booking_events
from booking_api.use_cases.guard_new_booking import guard_new_booking
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import prepare_booking

AT_THE_FACILITY = frozenset({BookingState.LETTER_SENT, BookingState.DISPENSED, BookingState.SUSPENDED})


async def note_arrival(tx: BookingTransaction, *, booking_id: UUID, viewer: Viewer) -> Booking:
    """Note that the person has come.

    Raises: BookingNotFound, TransitionForbidden, AppointmentNotYet.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    booking.arrive(at=tx.now)
    await tx.bookings.save(booking)
    tx.audit("arrival_noted", entity="booking", entity_id=booking_id, person_id=booking.person_id)
    return booking


async def request_variation(  # noqa: PLR0913 (one argument a field of the request)
    tx: BookingTransaction,
    *,
    booking_id: UUID,
    viewer: Viewer,
    service_code: str,
    items: tuple[CountedService, ...],
    doctor: str | None,
    terms: FundTerms,
    transition: Transition | None,
) -> Booking:
    """Ask the rules for a second booking at the same appointment; the first one stands as it is.

    Raises: BookingNotFound, TransitionForbidden, BookingRejected.
    """
    booking = await tx.bookings.lock(booking_id, viewer)
    if booking.state not in AT_THE_FACILITY:
        booking.require(BookingState.DISPENSED)
    wish = BookingWish(
        person_id=booking.person_id,
        facility_id=booking.facility.facility_id,
        service_code=service_code,
        doctor=doctor,
        appointment_at=booking.appointment_at,
        phone=booking.phone,
        prescription_document_id=booking.prescription_document_id,
        already_agreed=True,
        items=items,
    )
    # The appointment has begun, or will today: the same moment stays possible, as in a rectification.
    earliest = min(tx.now, booking.appointment_at - timedelta(microseconds=1))
    prepared = await prepare_booking(
        tx,
        wish=wish,
        terms=terms,
        viewer=Viewer(member_id=booking.member_id),
        channel="facility",
        earliest=earliest,
    )
    await guard_new_booking(tx, prepared, transition)
    added = prepared.booking
    added.variation_of = booking.booking_id
    added.checked_documents = booking.checked_documents
    added.expires_at = terms.dispensing_ends_at(booking.appointment_at)
    added.open(at=tx.now, actor=tx.context.actor)
    await tx.bookings.add(added)
    tx.publish(booking_events.requested(added, prepared.patient, prepared.service))
    tx.audit(
        "variation_requested",
        entity="booking",
        entity_id=added.booking_id,
        person_id=added.person_id,
        variation_of=str(booking_id),
    )
    return added
