"""Request a direct booking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking_api.domain.booking import BookedFacility, BookedService, Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.decision import Reason
from booking_api.domain.errors import BookingRejected, PlanUnknown
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Patient
from booking_api.domain.notice import Notice, assess_notice
from booking_api.domain.plan import PlanVersion
from booking_api.domain.viewer import Viewer
from booking_api.domain.wish import AgreedOffer, BookingWish, agree
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class BookingAnswer:
    """The booking, and whether the plan covers its article in indirect mode instead."""

    booking: Booking
    indirect_possible: bool


async def request_booking(
    tx: BookingTransaction, *, wish: BookingWish, terms: FundTerms, viewer: Viewer, channel: str
) -> BookingAnswer:
    """Take a booking request: in time it goes to the plan's rules, late it is refused with what is left to do.

    Raises: PersonNotFound, BookingRejected (naming every field at fault), PlanUnknown, NoticeUndefined.
    Source: member guide, "Come richiedere una prestazione in regime di assistenza convenzionata"; decision 2.
    """
    patient = await tx.members.patient(wish.person_id, viewer)
    facility = await tx.facilities.get(wish.facility_id)
    offer = agree(wish, person=patient.person, facility=facility, terms=terms, now=tx.now)
    plan = plan_on(await tx.plans.versions(), rome_date(wish.appointment_at))
    notice = assess_notice(
        requested_at=tx.now,
        appointment_at=wish.appointment_at,
        days=plan.notice_for(offer.service.service_class),
        calendar=terms.calendar,
    )
    booking = _new_booking(tx, wish, patient, offer, notice, channel)
    booking.open(at=tx.now, actor=tx.context.actor)
    if notice.in_time:
        tx.publish(booking_events.requested(booking, patient, offer.service))
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
    )
    return BookingAnswer(booking, plan.allows(booking.service.article, "indirect"))


def plan_on(versions: Sequence[PlanVersion], day: date) -> PlanVersion:
    """Return the newest version in force on a day.

    Raises: PlanUnknown while no plan has arrived; BookingRejected when the day is outside every plan.
    """
    if not versions:
        raise PlanUnknown("Il piano di assistenza non è ancora disponibile: riprova tra poco")
    for plan in versions:
        if plan.in_force_on(day):
            return plan
    message = "Nessun piano di assistenza è in vigore nel giorno dell'appuntamento"
    raise BookingRejected(message, errors=[FieldError("/appointment_at", "no_plan_in_force", message)])


def _new_booking(
    tx: BookingTransaction,
    wish: BookingWish,
    patient: Patient,
    offer: AgreedOffer,
    notice: Notice,
    channel: str,
) -> Booking:
    facility, service = offer.facility, offer.service
    return Booking(
        booking_id=new_id(),
        member_id=patient.person.member_id,
        person_id=patient.person.person_id,
        person_name=patient.person.name,
        facility=BookedFacility(facility.facility_id, facility.name, str(facility.address)),
        service=BookedService(service.code, service.title_it, service.title_en, service.article),
        doctor=wish.doctor,
        appointment_at=wish.appointment_at,
        phone=wish.phone,
        prescription_document_id=wish.prescription_document_id,
        already_agreed=wish.already_agreed,
        channel=channel,
        requested_at=tx.now,
        price_cents=offer.price_cents,
        notice=notice,
        state=BookingState.REQUESTED,
        # An undecided request is of no use once the appointment has begun.
        expires_at=wish.appointment_at,
    )


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
