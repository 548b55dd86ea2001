"""Apply the decision of the plan's rules to a booking."""

from uuid import UUID

from booking_api.domain.authorisation_code import new_code
from booking_api.domain.booking import Authorisation, Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.decision import Decision, Outcome
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.dispense_booking import settle_dispensing
from booking_api.use_cases.ports import BookingTransaction


async def decide_booking(tx: BookingTransaction, *, booking_id: UUID, decision: Decision, terms: FundTerms) -> None:
    """Authorise, refuse or refer a booking; a decision that comes after its end, or again, changes nothing.

    What was given in part is settled by the decision on its revision. A booking that ended meanwhile, or whose
    appointment has begun, gives its reservation back by its own event.

    Raises: BookingNotFound.
    """
    booking = await tx.bookings.lock(booking_id, Viewer())
    if booking.redecides(decision):
        booking.redecide(decision)
        await settle_dispensing(tx, booking=booking)
        _audit(tx, booking, decision)
        return
    if not booking.awaits(decision, at=tx.now):
        return
    actor = tx.context.actor
    if decision.outcome is Outcome.PAY:
        authorisation = Authorisation(
            code=new_code(),
            fund_share_cents=decision.fund_share_cents,
            member_share_cents=decision.member_share_cents,
            authorised_at=tx.now,
            letter_due_on=terms.letter_due_on(booking.appointment_on),
        )
        term = terms.dispensing_ends_at(booking.appointment_at)
        booking.authorise(decision, authorisation, expires_at=term, actor=actor)
        tx.publish(booking_events.authorised(booking))
    else:
        booking.decide(decision, at=tx.now, actor=actor)
        if booking.state is BookingState.NOT_AUTHORISED:
            tx.publish(booking_events.refused(booking))
    await tx.bookings.save(booking)
    _audit(tx, booking, decision)


def _audit(tx: BookingTransaction, booking: Booking, decision: Decision) -> None:
    tx.audit(
        "booking_decided",
        entity="booking",
        entity_id=booking.booking_id,
        person_id=booking.person_id,
        outcome=str(decision.outcome),
        decision_id=str(decision.decision_id),
    )
