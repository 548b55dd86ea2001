"""The stores in memory, for tests of the use cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from booking_api.domain.booking import Booking, StateChange
from booking_api.domain.campaign import Campaign
from booking_api.domain.errors import BookingNotFound, CodeNotFound, PersonNotFound
from booking_api.domain.facility import Facility
from booking_api.domain.facility_search import FacilitySearch, FoundFacility
from booking_api.domain.member import Family, Patient
from booking_api.domain.plan import PlanVersion
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingFilter
from kit.context import Context
from kit.events import DomainEvent


def _visible(booking: Booking, viewer: Viewer) -> bool:
    return viewer.member_id in {None, booking.member_id} and viewer.facility_id in {
        None,
        booking.facility.facility_id,
    }


@dataclass
class FakeBookings:
    rows: dict[UUID, Booking] = field(default_factory=dict)
    changes: dict[UUID, list[StateChange]] = field(default_factory=dict)

    async def add(self, booking: Booking) -> None:
        await self.save(booking)

    async def save(self, booking: Booking) -> None:
        self.rows[booking.booking_id] = booking
        self.changes.setdefault(booking.booking_id, []).extend(booking.changes)

    async def get(self, booking_id: UUID, viewer: Viewer) -> Booking:
        found = self.rows.get(booking_id)
        if found is None or not _visible(found, viewer):
            raise BookingNotFound("no such booking")
        return found

    async def lock(self, booking_id: UUID, viewer: Viewer) -> Booking:
        return await self.get(booking_id, viewer)

    async def by_code(self, code: str, viewer: Viewer) -> Booking:
        for one in self.rows.values():
            if one.authorisation and one.authorisation.code == code and _visible(one, viewer):
                return one
        raise CodeNotFound("no such code")

    async def page(self, viewer: Viewer, wanted: BookingFilter) -> list[Booking]:
        seen = [one for one in self.rows.values() if _visible(one, viewer)]
        return seen[: wanted.limit]

    async def history(self, booking_id: UUID) -> list[StateChange]:
        return self.changes.get(booking_id, [])

    async def letters_due(self, *, today: date, limit: int) -> list[Booking]:
        due = [b for b in self.rows.values() if b.authorisation and b.authorisation.letter_due_on <= today]
        return due[:limit]

    async def lapsed(self, *, now: datetime, limit: int) -> list[UUID]:
        return [one.booking_id for one in self.rows.values() if one.expires_at <= now][:limit]


@dataclass
class FakeFacilities:
    known: list[Facility] = field(default_factory=list)
    writes: int = 0

    async def by_code(self, code: str) -> Facility | None:
        return next((one for one in self.known if one.code == code), None)

    async def get(self, facility_id: UUID) -> Facility | None:
        return next((one for one in self.known if one.facility_id == facility_id), None)

    async def put(self, facility: Facility) -> None:
        self.writes += 1
        self.known = [one for one in self.known if one.code != facility.code] + [facility]

    async def search(self, wanted: FacilitySearch) -> list[FoundFacility]:
        return [FoundFacility(one, None, None) for one in self.known[: wanted.limit]]


@dataclass
class FakeCampaigns:
    known: dict[str, Campaign] = field(default_factory=dict)

    async def get(self, code: str) -> Campaign | None:
        return self.known.get(code)

    async def all(self) -> Sequence[Campaign]:
        return list(self.known.values())

    async def put(self, campaign: Campaign) -> None:
        self.known[campaign.code] = campaign


@dataclass
class FakeMembers:
    patients: dict[UUID, Patient] = field(default_factory=dict)

    async def patient(self, person_id: UUID, viewer: Viewer) -> Patient:
        found = self.patients.get(person_id)
        if found is None or viewer.member_id not in {None, found.person.member_id}:
            raise PersonNotFound("no such person")
        return found

    async def own_person(self, member_id: UUID) -> UUID | None:
        own = (one.person for one in self.patients.values() if one.person.relation == "member")
        return next((one.person_id for one in own if one.member_id == member_id), None)

    async def put(self, family: Family) -> bool:
        return family.version > 0


@dataclass
class FakePlans:
    known: list[PlanVersion] = field(default_factory=list)

    async def versions(self) -> Sequence[PlanVersion]:
        return self.known

    async def put(self, plan: PlanVersion) -> None:
        self.known.append(plan)


@dataclass
class FakeTransaction:
    context: Context
    bookings: FakeBookings = field(default_factory=FakeBookings)
    facilities: FakeFacilities = field(default_factory=FakeFacilities)
    campaigns: FakeCampaigns = field(default_factory=FakeCampaigns)
    members: FakeMembers = field(default_factory=FakeMembers)
    plans: FakePlans = field(default_factory=FakePlans)
    events: list[DomainEvent] = field(default_factory=list)
    audited: list[tuple[str, str, object, UUID | None, dict[str, Any]]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.context.now

    def publish(self, event: DomainEvent) -> None:
        self.events.append(event)

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: Any
    ) -> None:
        self.audited.append((action, entity, entity_id, person_id, details))
