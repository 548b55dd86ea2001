"""What a member asks for, and what can be agreed of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking_api.domain.errors import BookingRejected
from booking_api.domain.facility import Badge, Facility
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Person
from booking_api.domain.nomenclature import BookableService
from kit.clock import rome_date
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class BookingWish:
    """The data of a booking request.

    Shapes: `already_agreed` says that the member has fixed the appointment with the facility.
    """

    person_id: UUID
    facility_id: UUID
    service_code: str
    doctor: str | None
    appointment_at: datetime
    phone: str
    prescription_document_id: UUID | None
    already_agreed: bool
    slot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AgreedOffer:
    """A service at a facility with the price agreed for the day.

    Units: cents.
    """

    facility: Facility
    service: BookableService
    price_cents: int


def agree(
    wish: BookingWish, *, person: Person, facility: Facility | None, terms: FundTerms, now: datetime
) -> AgreedOffer:
    """Match a request with the network.

    Raises: BookingRejected, naming every field at fault.
    """
    _refuse_impossible_moment(wish, terms, now)
    faults = _person_faults(wish, person)
    if facility is None:
        faults.append(FieldError("/facility_id", "unknown_facility", "La struttura non fa parte della rete del fondo"))
        raise _rejected(faults)
    service, price_cents = terms.services.get(wish.service_code), None
    if service is None or not facility.offers(wish.service_code):
        message = f"{facility.name} non offre la prestazione {wish.service_code}"
        faults.append(FieldError("/service_code", "service_not_offered", message))
    else:
        price_cents = facility.price_on(wish.service_code, rome_date(wish.appointment_at))
        faults += _facility_faults(wish, facility, price_cents)
    if faults or service is None or price_cents is None:
        raise _rejected(faults)
    return AgreedOffer(facility, service, price_cents)


def _refuse_impossible_moment(wish: BookingWish, terms: FundTerms, now: datetime) -> None:
    if wish.appointment_at <= now:
        raise _rejected([FieldError("/appointment_at", "appointment_past", "L'appuntamento è già passato")])
    if wish.appointment_at > now + timedelta(days=terms.booking_horizon_days):
        message = f"L'appuntamento è oltre i {terms.booking_horizon_days} giorni: non si può ancora prenotare"
        raise _rejected([FieldError("/appointment_at", "appointment_too_far", message)])


def _person_faults(wish: BookingWish, person: Person) -> list[FieldError]:
    faults = []
    if not person.belongs_to_family_on(rome_date(wish.appointment_at)):
        message = "La persona non fa parte del nucleo familiare nel giorno dell'appuntamento"
        faults.append(FieldError("/person_id", "not_in_family", message))
    return faults


def _facility_faults(wish: BookingWish, facility: Facility, price_cents: int | None) -> list[FieldError]:
    faults = []
    if price_cents is None:
        message = f"Nessun prezzo concordato con {facility.name} per il giorno dell'appuntamento"
        faults.append(FieldError("/service_code", "no_agreed_price", message))
    if wish.doctor is not None and not facility.has_doctor(wish.doctor, wish.service_code):
        message = f"{wish.doctor} non eroga questa prestazione presso {facility.name}"
        faults.append(FieldError("/doctor", "unknown_doctor", message))
    if facility.badge is Badge.YELLOW and not wish.already_agreed:
        message = "Bollino giallo: fissa prima l'appuntamento con la struttura"
        faults.append(FieldError("/already_agreed", "ask_facility_first", message))
    return faults


def _rejected(faults: list[FieldError]) -> BookingRejected:
    return BookingRejected(faults[0].message, errors=faults)
