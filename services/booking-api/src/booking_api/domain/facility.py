"""Facilities of the network: where they are, what they offer, at which agreed price."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """A contracted facility; `vat_number` is the partita IVA, None where nobody has stated it."""

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


def check_agreed_services(services: Sequence[AgreedService], known: frozenset[str]) -> None:
    """Refuse services outside the nomenclature and prices of one service that overlap in time.

    Raises: FacilityInvalid, naming each entry at fault.
    """
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
    faults += _overlaps(services)
    if faults:
        raise FacilityInvalid("I dati della struttura non sono validi", errors=faults)


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
