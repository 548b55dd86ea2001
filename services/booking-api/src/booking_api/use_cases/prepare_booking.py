"""Prepare a booking: match the request with family, network and plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from booking_api.domain.booking import BookedFacility, BookedService, Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import BookingRejected, PlanUnknown
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Patient
from booking_api.domain.nomenclature import BookableService
from booking_api.domain.notice import Notice, assess_notice
from booking_api.domain.plan import PlanVersion
from booking_api.domain.viewer import Viewer
from booking_api.domain.wish import AgreedOffer, BookingWish, NetworkPlace, agree
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class PreparedBooking:
    """A booking that is not written yet, with what its request and its events need."""

    booking: Booking
    patient: Patient
    service: BookableService
    plan: PlanVersion


async def prepare_booking(
    tx: BookingTransaction,
    *,
    wish: BookingWish,
    terms: FundTerms,
    viewer: Viewer,
    channel: str,
    earliest: datetime | None = None,
) -> PreparedBooking:
    """Return the booking that a request would make; an appointment must lie after `earliest`, which is now.

    Raises: PersonNotFound, BookingRejected (naming every field at fault), PlanUnknown, NoticeUndefined.
    """
    patient = await tx.members.patient(wish.person_id, viewer)
    facility = await tx.facilities.get(wish.facility_id)
    campaign = await tx.campaigns.get(wish.campaign) if wish.campaign else None
    network = NetworkPlace(facility, campaign)
    offer = agree(wish, person=patient.person, place=network, terms=terms, now=earliest or tx.now)
    plan = plan_on(await tx.plans.versions(), rome_date(wish.appointment_at))
    notice = assess_notice(
        requested_at=tx.now,
        appointment_at=wish.appointment_at,
        days=plan.notice_for(offer.service.service_class),
        calendar=terms.calendar,
    )
    return PreparedBooking(_new_booking(tx.now, wish, patient, offer, notice, channel), patient, offer.service, plan)


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
    now: datetime,
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
        surname=patient.person.last_name,
        facility=BookedFacility(facility.facility_id, facility.name, str(facility.address)),
        service=BookedService(service.code, service.title_it, service.title_en, service.article),
        doctor=wish.doctor,
        appointment_at=wish.appointment_at,
        phone=wish.phone,
        prescription_document_id=wish.prescription_document_id,
        already_agreed=wish.already_agreed,
        channel=channel,
        requested_at=now,
        price_cents=offer.price_cents,
        notice=notice,
        state=BookingState.REQUESTED,
        # An undecided request is of no use once the appointment has begun.
        expires_at=wish.appointment_at,
        slot_id=wish.slot_id,
        items=offer.items,
        campaign=wish.campaign,
    )
