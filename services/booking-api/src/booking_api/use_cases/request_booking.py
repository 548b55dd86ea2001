"""Request a direct booking."""

from dataclasses import dataclass

from booking_api.domain.booking import Booking
from booking_api.domain.decision import Reason
from booking_api.domain.errors import BookingRejected
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.nomenclature import BookableService
from booking_api.domain.notice import Notice
from booking_api.domain.viewer import Viewer
from booking_api.domain.wish import BookingWish
from booking_api.use_cases import booking_events
from booking_api.use_cases.hold_slot import take_slot
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import prepare_booking
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class BookingAnswer:
    """The booking, and whether the plan covers its article in indirect mode instead."""

    booking: Booking
    indirect_possible: bool


async def request_booking(
    tx: BookingTransaction, *, wish: BookingWish, terms: FundTerms, viewer: Viewer, channel: str
) -> BookingAnswer:
    """Take a booking request: in time it goes to the plan's rules, late it is refused with what is left to do.

    Raises: PersonNotFound, BookingRejected (naming every field at fault), PlanUnknown, NoticeUndefined,
    SlotNotFound, SlotTaken.
    Source: member guide, "Come richiedere una prestazione in regime di assistenza convenzionata"; decision 2.
    """
    prepared = await prepare_booking(tx, wish=wish, terms=terms, viewer=viewer, channel=channel)
    booking, notice = prepared.booking, prepared.booking.notice
    _refuse_without_prescription(booking, prepared.service)
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
    return BookingAnswer(booking, prepared.plan.allows(booking.service.article, "indirect"))


def _refuse_without_prescription(booking: Booking, service: BookableService) -> None:
    """Refuse on the portal what needs a prescription; by telephone it may follow by e-mail, and the rules ask for it.

    Source: member guide, "deve obbligatoriamente inviare la prescrizione medica … tramite oneCARE o … via email".
    """
    if service.prescription_required and not booking.documents and booking.channel == "portal":
        message = f"{service.title_it}: la prescrizione medica è obbligatoria"
        fault = FieldError("/prescription_document_id", "prescription_required", message)
        raise BookingRejected(message, errors=[fault])


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
