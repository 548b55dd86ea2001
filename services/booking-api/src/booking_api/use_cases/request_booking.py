"""Request a direct booking."""

from dataclasses import dataclass
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.claim_draft import is_left_to_claim
from booking_api.domain.decision import Reason
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.notice import Notice
from booking_api.domain.prescription import check_prescription
from booking_api.domain.transition import Transition
from booking_api.domain.viewer import Viewer
from booking_api.domain.wish import BookingWish
from booking_api.use_cases import booking_events
from booking_api.use_cases.guard_new_booking import guard_new_booking
from booking_api.use_cases.hold_slot import take_slot
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import prepare_booking


@dataclass(frozen=True, slots=True)
class BookingAnswer:
    """The booking, and whether the indirect claim is what is left."""

    booking: Booking
    indirect_possible: bool


async def request_booking(  # noqa: PLR0913 (one argument a part of the request)
    tx: BookingTransaction,
    *,
    wish: BookingWish,
    terms: FundTerms,
    viewer: Viewer,
    channel: str,
    transition: Transition | None = None,
    renews: UUID | None = None,
) -> BookingAnswer:
    """Take a booking request: in time it goes to the plan's rules, late it is refused with what is left to do.

    `renews` names the authorised booking whose cycle goes on; `transition` is the fund's passage from an old system.

    Raises: PersonNotFound, BookingRejected (naming every field at fault), PlanUnknown, NoticeUndefined,
    SlotNotFound, SlotTaken.
    Source: member guide, "Come richiedere una prestazione in regime di assistenza convenzionata"; decision 2.
    """
    prepared = await prepare_booking(tx, wish=wish, terms=terms, viewer=viewer, channel=channel)
    booking, notice = prepared.booking, prepared.booking.notice
    booking.renews = renews
    await guard_new_booking(tx, prepared, transition)
    check_prescription(prepared.service, booking.documents, channel=booking.channel)
    await take_slot(tx, booking=booking, kept=False)
    booking.open(at=tx.now, actor=tx.context.actor)
    if notice.in_time:
        tx.publish(booking_events.requested(booking, prepared.patient, prepared.service))
    else:
        booking.refuse_late(at=tx.now, actor=tx.context.actor, reason=_late_reason(notice, terms))
        tx.publish(booking_events.refused(booking))
    await tx.bookings.add(booking)
    tx.audit(
        "booking_requested",
        entity="booking",
        entity_id=booking.booking_id,
        person_id=booking.person_id,
        state=str(booking.state),
        channel=booking.channel,
    )
    return BookingAnswer(booking, is_left_to_claim(booking, prepared.plan, at=tx.now))


def _late_reason(notice: Notice, terms: FundTerms) -> Reason:
    last, first = notice.last_day_in_time, notice.first_possible_appointment
    return Reason(
        code="notice_too_short",
        article=terms.notice_cite,
        text_it=f"Servono almeno {notice.days} giorni lavorativi di preavviso: per questo appuntamento la richiesta "
        f"andava inviata entro il {last:%d/%m/%Y}. Da oggi il primo appuntamento possibile è il {first:%d/%m/%Y}.",
        text_en=f"At least {notice.days} working days of notice are needed: for this appointment the request was due "
        f"by {last:%d/%m/%Y}. From today the first possible appointment is on {first:%d/%m/%Y}.",
    )
