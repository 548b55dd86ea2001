"""Confirm a late or a referred booking: the rules decide it after all."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import AppointmentStarted, NothingNew
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import prepare_booking
from booking_api.use_cases.replace_booking import BookingChange, replace_booking
from kit.errors import FieldError


async def confirm_booking(
    tx: BookingTransaction, *, booking_id: UUID, papers: BookingChange, reason: str, terms: FundTerms
) -> Booking:
    """Let the rules decide a booking that an operator has looked at; return the booking that stands now.

    A late one goes to the rules as it is. A referred one has had its decision, so that a booking with the papers that
    the operator has seen takes its place.

    Raises: BookingNotFound, TransitionForbidden, AppointmentStarted, NothingNew.
    """
    booking = await tx.bookings.lock(booking_id, Viewer())
    if booking.state is BookingState.REFERRED:
        return await _ask_again(tx, booking, papers, reason, terms)
    booking.confirm_late(at=tx.now, actor=tx.context.actor, reason=reason)
    booking.checked_documents = tuple(sorted(papers.checked_documents))
    await tx.bookings.save(booking)
    patient = await tx.members.patient(booking.person_id, Viewer())
    tx.publish(booking_events.requested(booking, patient, terms.services[booking.service.code]))
    tx.audit("booking_confirmed", entity="booking", entity_id=booking_id, person_id=booking.person_id, reason=reason)
    return booking


async def _ask_again(
    tx: BookingTransaction, booking: Booking, papers: BookingChange, reason: str, terms: FundTerms
) -> Booking:
    if tx.now >= booking.appointment_at:
        raise AppointmentStarted("L'appuntamento è già iniziato", appointment_at=booking.appointment_at.isoformat())
    if not papers.changes(booking):
        message = "Le regole hanno già visto questi documenti: indica quelli che hai verificato, oppure rettifica"
        raise NothingNew(message, errors=[FieldError("/documents", "nothing_new", message)])
    prepared = await prepare_booking(
        tx,
        wish=papers.applied_to(booking),
        terms=terms,
        viewer=Viewer(member_id=booking.member_id),
        channel=booking.channel,
    )
    return await replace_booking(
        tx, booking=booking, prepared=prepared, checked_documents=papers.checked_documents, reason=reason
    )
