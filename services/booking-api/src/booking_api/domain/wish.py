"""What a member asks for, and what can be agreed of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from booking_api.domain.booking_item import TEETH, BookedItem, CountedService, total_cents
from booking_api.domain.campaign import Campaign, campaign_faults
from booking_api.domain.errors import BookingRejected
from booking_api.domain.facility import Facility
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Person
from booking_api.domain.nomenclature import BookableService
from kit.clock import rome_date
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class BookingWish:
    """The data of a booking request.

    Shapes: `already_agreed` says that the member has fixed the appointment with the facility; `items` names every
    service with its count, where it is more than one unit of `service_code`; `campaign` is the code of the campaign
    that the appointment belongs to.
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
    items: tuple[CountedService, ...] = ()
    campaign: str | None = None

    @property
    def appointment_on(self) -> date:
        """Return the day of the appointment in Italy."""
        return rome_date(self.appointment_at)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of all services that are asked for."""
        return tuple(one.service_code for one in self.items) or (self.service_code,)


@dataclass(frozen=True, slots=True)
class NetworkPlace:
    """What the network knows of a request: its facility and its campaign, None where there is no such one."""

    facility: Facility | None
    campaign: Campaign | None = None


@dataclass(frozen=True, slots=True)
class AgreedOffer:
    """A service at a facility with the price agreed for the day.

    Units: cents.
    """

    facility: Facility
    service: BookableService
    items: tuple[BookedItem, ...]

    @property
    def price_cents(self) -> int:
        """Return the agreed price of all items."""
        return total_cents(self.items)


def agree(wish: BookingWish, *, person: Person, place: NetworkPlace, terms: FundTerms, now: datetime) -> AgreedOffer:
    """Match a request with the network.

    Raises: BookingRejected, naming every field at fault.
    """
    _refuse_impossible_moment(wish, terms, now)
    faults = _person_faults(wish, person)
    facility = place.facility
    if facility is None:
        faults.append(FieldError("/facility_id", "unknown_facility", "La struttura non fa parte della rete del fondo"))
        raise _rejected(faults)
    faults += _participation_faults(wish, facility, place.campaign)
    service = terms.services.get(wish.service_code)
    items: tuple[BookedItem, ...] = ()
    if service is None or not facility.offers(wish.service_code):
        message = f"{facility.name} non offre la prestazione {wish.service_code}"
        faults.append(FieldError("/service_code", "service_not_offered", message))
    else:
        price_cents = facility.price_on(wish.service_code, wish.appointment_on)
        faults += _facility_faults(wish, facility, price_cents)
        items, unfit = _items(wish, service, facility, terms)
        faults += unfit
    if faults or service is None:
        raise _rejected(faults)
    return AgreedOffer(facility, service, items)


def _items(
    wish: BookingWish, main: BookableService, facility: Facility, terms: FundTerms
) -> tuple[tuple[BookedItem, ...], list[FieldError]]:
    wanted = wish.items or (CountedService(wish.service_code, 1),)
    items, faults, day = [], [], wish.appointment_on
    if wish.service_code not in {one.service_code for one in wanted}:
        faults.append(FieldError("/items", "service_not_listed", f"Fra le prestazioni manca {wish.service_code}"))
    for place, one in enumerate(wanted):
        service, price = terms.services.get(one.service_code), facility.price_on(one.service_code, day)
        if service is None or service.article != main.article or price is None:
            # Without items the only one is the service itself, whose price has been looked at.
            if wish.items:
                message = f"{one.service_code} non è offerta il {day:%d/%m/%Y} insieme a {main.code}"
                faults.append(FieldError(f"/items/{place}/service_code", "item_not_offered", message))
            continue
        items.append(
            BookedItem(
                service.code, service.tariff_code, service.title_it, one.quantity, price, one.teeth, service.per_tooth
            )
        )
    return tuple(items), faults + _count_faults(wanted)


def _count_faults(wanted: tuple[CountedService, ...]) -> list[FieldError]:
    codes = [one.service_code for one in wanted]
    faults = [
        FieldError(f"/items/{place}/service_code", "service_twice", f"{code} è ripetuta")
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]
    return faults + [
        FieldError(f"/items/{place}/teeth", "tooth_unknown", "I denti si indicano con le due cifre FDI")
        for place, one in enumerate(wanted)
        if not set(one.teeth) <= TEETH or (one.teeth and len(set(one.teeth)) != one.quantity)
    ]


def _refuse_impossible_moment(wish: BookingWish, terms: FundTerms, now: datetime) -> None:
    if wish.appointment_at <= now:
        raise _rejected([FieldError("/appointment_at", "appointment_past", "L'appuntamento è già passato")])
    if wish.appointment_at > now + timedelta(days=terms.booking_horizon_days):
        message = f"L'appuntamento è oltre i {terms.booking_horizon_days} giorni: non si può ancora prenotare"
        raise _rejected([FieldError("/appointment_at", "appointment_too_far", message)])


def _person_faults(wish: BookingWish, person: Person) -> list[FieldError]:
    faults = []
    if not person.belongs_to_family_on(wish.appointment_on):
        message = "La persona non fa parte del nucleo familiare nel giorno dell'appuntamento"
        faults.append(FieldError("/person_id", "not_in_family", message))
    return faults


def _participation_faults(wish: BookingWish, facility: Facility, campaign: Campaign | None) -> list[FieldError]:
    taking_part, day = facility.participation, wish.appointment_on
    faults = []
    if not taking_part.covers(day):
        message = f"{facility.name} non aderisce al fondo il {day:%d/%m/%Y}"
        faults.append(FieldError("/facility_id", "facility_not_taking_part", message))
    if not taking_part.direct:
        message = f"{facility.name} non è convenzionata in forma diretta: paga la struttura e chiedi il rimborso"
        faults.append(FieldError("/facility_id", "facility_indirect_only", message))
    if wish.campaign is not None:
        faults += campaign_faults(
            campaign, wanted=wish.campaign, day=day, services=wish.codes, of_facility=facility.campaigns
        )
    return faults


def _facility_faults(wish: BookingWish, facility: Facility, price_cents: int | None) -> list[FieldError]:
    faults = []
    if price_cents is None:
        message = f"Nessun prezzo concordato con {facility.name} per il giorno dell'appuntamento"
        faults.append(FieldError("/service_code", "no_agreed_price", message))
    if wish.doctor is not None and not facility.has_doctor(wish.doctor, wish.service_code):
        message = f"{wish.doctor} non eroga questa prestazione presso {facility.name}"
        faults.append(FieldError("/doctor", "unknown_doctor", message))
    if not facility.badge.bookable_online and (wish.slot_id is not None or not wish.already_agreed):
        message = "Bollino giallo: fissa prima l'appuntamento con la struttura"
        faults.append(FieldError("/already_agreed", "ask_facility_first", message))
    return faults


def _rejected(faults: list[FieldError]) -> BookingRejected:
    return BookingRejected(faults[0].message, errors=faults)
