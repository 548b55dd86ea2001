"""Facilities of the network: where they are, what they offer, at which agreed price."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from uuid import UUID

from booking_api.domain.errors import FacilityInvalid
from kit.errors import FieldError


class Badge(StrEnum):
    """Whether the portal can book a slot (green) or the member must ask the facility first (yellow).

    Source: member guide, "bollino verde", "bollino giallo".
    """

    GREEN = "green"
    YELLOW = "yellow"

    @property
    def bookable_online(self) -> bool:
        """Say whether the portal may book at such a facility without the member having asked there."""
        return self is Badge.GREEN


@dataclass(frozen=True, slots=True)
class AgreedService:
    """The price that was agreed for a service.

    Units: cents; valid on days from `valid_from` up to, without, `valid_to`.
    """

    service_code: str
    price_cents: int
    valid_from: date
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        """Say whether the price is agreed for a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Participation:
    """Since when and until when a facility takes part in the fund, and whether the fund pays it directly.

    Units: days from `valid_from` up to, without, `valid_to`; None leaves an end open.
    """

    valid_from: date | None = None
    valid_to: date | None = None
    direct: bool = True

    def covers(self, day: date) -> bool:
        """Say whether the facility is in the network on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def split_on(self, day: date) -> "tuple[Participation, Participation]":
        """Return the part before a day and the part from then on."""
        return replace(self, valid_to=day), replace(self, valid_from=day)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor of the facility, with the codes of the services that the doctor gives."""

    name: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the facility is.

    Units: degrees of WGS 84.
    """

    street: str
    town: str
    postal_code: str | None = None
    province: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    def __str__(self) -> str:
        """Return the address on one line."""
        town = f"{self.postal_code} {self.town}" if self.postal_code else self.town
        return f"{self.street}, {town} ({self.province})" if self.province else f"{self.street}, {town}"


@dataclass(frozen=True, slots=True)
class Facility:
    """A contracted facility.

    Shapes: `vat_number` is the partita IVA, None where nobody has stated it; `campaigns` are the codes of those in
    which it takes part, in order; `unstated` names the parts that data left out, of which what is known stays.
    """

    facility_id: UUID
    code: str
    name: str
    address: Address
    phone: str | None
    iban: str
    badge: Badge
    services: tuple[AgreedService, ...]
    doctors: tuple[Doctor, ...]
    vat_number: str | None = None
    participation: Participation = Participation()
    campaigns: tuple[str, ...] = ()
    unstated: frozenset[str] = field(default=frozenset(), compare=False)

    def known_as(self, known: "Facility") -> "Facility":
        """Return these data of a facility that is known: under its id, with what they leave out."""
        kept = {name: getattr(known, name) for name in self.unstated}
        return replace(self, facility_id=known.facility_id, unstated=frozenset(), **kept)

    def offers(self, service_code: str) -> bool:
        """Say whether the facility has ever agreed a price for a service."""
        return any(agreed.service_code == service_code for agreed in self.services)

    def price_on(self, service_code: str, day: date) -> int | None:
        """Return the agreed price in cents for a day, or None."""
        prices = (s.price_cents for s in self.services if s.service_code == service_code and s.valid_on(day))
        return next(prices, None)

    def has_doctor(self, name: str, service_code: str) -> bool:
        """Say whether a doctor of that name gives the service here."""
        wanted = name.casefold().strip()
        return any(d.name.casefold() == wanted and service_code in d.services for d in self.doctors)


def check_facility(facility: Facility, *, services: frozenset[str], campaigns: frozenset[str]) -> None:
    """Refuse what the nomenclature and the campaigns do not know, and periods that overlap or are empty.

    Raises: FacilityInvalid, naming each entry at fault.
    """
    faults = _service_faults(facility.services, services) + _participation_faults(facility, campaigns)
    if faults:
        raise FacilityInvalid("I dati della struttura non sono validi", errors=faults)


def check_agreed_services(services: Sequence[AgreedService], known: frozenset[str]) -> None:
    """Refuse services outside the nomenclature and prices of one service that overlap in time.

    Raises: FacilityInvalid, naming each entry at fault.
    """
    faults = _service_faults(services, known)
    if faults:
        raise FacilityInvalid("I dati della struttura non sono validi", errors=faults)


def _participation_faults(facility: Facility, campaigns: frozenset[str]) -> list[FieldError]:
    faults = [
        FieldError(f"/campaigns/{i}", "unknown_campaign", f"Campagna sconosciuta: {code}")
        for i, code in enumerate(facility.campaigns)
        if code not in campaigns
    ]
    begins, ends = facility.participation.valid_from, facility.participation.valid_to
    if begins is not None and ends is not None and ends <= begins:
        faults.append(FieldError("/participation/valid_to", "period_empty", "Il periodo di adesione è vuoto"))
    return faults


def _service_faults(services: Sequence[AgreedService], known: frozenset[str]) -> list[FieldError]:
    faults = [
        FieldError(f"/services/{i}/service_code", "unknown_service", f"Prestazione sconosciuta: {s.service_code}")
        for i, s in enumerate(services)
        if s.service_code not in known
    ]
    faults += [
        FieldError(f"/services/{i}/valid_to", "period_empty", "Il periodo di validità è vuoto")
        for i, s in enumerate(services)
        if s.valid_to is not None and s.valid_to <= s.valid_from
    ]
    return faults + _overlaps(services)


def _overlaps(services: Sequence[AgreedService]) -> list[FieldError]:
    ordered = sorted(services, key=attrgetter("service_code", "valid_from"))
    return [
        FieldError(
            f"/services/{services.index(later)}/valid_from",
            "prices_overlap",
            f"Due prezzi per {later.service_code} valgono nello stesso periodo",
        )
        for earlier, later in pairwise(ordered)
        if earlier.service_code == later.service_code
        and (earlier.valid_to is None or later.valid_from < earlier.valid_to)
    ]
