"""What the use cases need of the world; the adapters give it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from booking_api.domain.agenda import Agenda
from booking_api.domain.booking import Booking, StateChange
from booking_api.domain.booking_states import BookingState
from booking_api.domain.decision import Reason
from booking_api.domain.facility import Facility
from booking_api.domain.facility_search import FacilitySearch, FoundFacility
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Family, Patient
from booking_api.domain.network_import import NetworkImport
from booking_api.domain.nomenclature import BookableService
from booking_api.domain.plan import PlanVersion
from booking_api.domain.slot import Slot, SlotTime
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.campaign_ports import CampaignStore
from booking_api.use_cases.dispensing_ports import DispensingStore
from booking_api.use_cases.foreign_ports import ForeignStore
from booking_api.use_cases.manager_ports import ManagerStore
from booking_api.use_cases.matter_ports import MatterStore
from booking_api.use_cases.remittance_ports import RemittanceStore
from booking_api.use_cases.webhook_ports import WebhookStore
from kit.context import Context
from kit.events import DomainEvent


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Which bookings a list shows, newest first, `after` the last booking of the page before.

    Shapes: `surname` is the beginning of the patient's, `code` as it is stored.
    Units: appointments from `starts_from` up to, without, `starts_before`.
    """

    state: BookingState | None = None
    person_id: UUID | None = None
    surname: str | None = None
    code: str | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Succession:
    """Bookings that replaced one another: the first, the one that stands, and the changes of state of all."""

    first_id: UUID
    last_id: UUID
    changes: int


@dataclass(frozen=True, slots=True)
class SlotFilter:
    """Which free slots a list shows, the earliest first, `after` the time and id of the page before.

    Units: from `starts_from` up to, without, `starts_before`.
    """

    facility_id: UUID
    starts_from: datetime
    starts_before: datetime
    service_code: str | None = None
    doctor: str | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class PriceToQuote:
    """One price of the service that is searched for, under the caller's own key.

    Units: cents.
    """

    key: str
    amount_cents: int
    on: date


@dataclass(frozen=True, slots=True)
class QuoteQuestion:
    """What one person would pay for one service at several prices."""

    person_id: UUID
    service: BookableService
    prices: Sequence[PriceToQuote]


@dataclass(frozen=True, slots=True)
class Share:
    """What the rules would pay of a price; no shares where nothing covers it, and the reasons say so.

    Units: cents.
    """

    fund_share_cents: int | None
    member_share_cents: int | None
    reasons: tuple[Reason, ...]


class SlotStore(Protocol):
    """Slots of green facilities."""

    async def lock(self, slot_id: UUID) -> Slot | None:
        """Return a slot and keep others from taking it until the commit."""
        ...

    async def is_booked(self, slot_id: UUID) -> bool:
        """Say whether a booking stands on a slot."""
        ...

    async def hold(self, slot_id: UUID, *, holder: str, until: datetime) -> None:
        """Keep a locked slot for somebody."""

    async def free(self, wanted: SlotFilter) -> list[Slot]:
        """Return one page of the free slots of a facility."""
        ...

    async def offer(self, facility_id: UUID, times: Sequence[SlotTime]) -> list[UUID]:
        """Add slots and return their ids; one that was withdrawn is offered again."""
        ...

    async def agenda(self, facility_id: UUID) -> Agenda | None:
        """Return the agenda of a facility."""
        ...

    async def put_agenda(self, agenda: Agenda) -> None:
        """Write an agenda."""

    async def agendas_behind(self, until: date, *, limit: int) -> list[Agenda]:
        """Lock and return agendas that are not published until a day."""
        ...

    async def replace(
        self, facility_id: UUID, times: Sequence[SlotTime], *, starts_from: datetime, starts_before: datetime
    ) -> int:
        """Make the slots of a period these ones and return how many were withdrawn."""
        ...


class BookingStore(Protocol):
    """Bookings and their history."""

    async def add(self, booking: Booking) -> None:
        """Insert a new booking with its changes."""

    async def save(self, booking: Booking) -> None:
        """Write the present state of a locked booking and append its changes to the history."""

    async def get(self, booking_id: UUID, viewer: Viewer) -> Booking:
        """Return a booking of the viewer.

        Raises: BookingNotFound.
        """
        ...

    async def lock(self, booking_id: UUID, viewer: Viewer) -> Booking:
        """Return a booking of the viewer and keep others from changing it until the commit.

        Raises: BookingNotFound.
        """
        ...

    async def by_code(self, code: str, viewer: Viewer) -> Booking:
        """Return the viewer's booking with an authorisation code.

        Raises: CodeNotFound.
        """
        ...

    async def by_codes(self, codes: Sequence[str], viewer: Viewer) -> dict[str, Booking]:
        """Return those of the viewer's bookings that have one of these codes."""
        ...

    async def page(self, viewer: Viewer, wanted: BookingFilter) -> list[Booking]:
        """Return one page of the viewer's bookings."""
        ...

    async def history(self, booking_id: UUID) -> list[StateChange]:
        """Return a booking's changes of state, oldest first."""
        ...

    async def succession(self, booking_id: UUID) -> Succession:
        """Return the line of bookings that one belongs to."""
        ...

    async def letters_due(self, *, today: date, limit: int) -> list[Booking]:
        """Return authorised bookings whose quota letter is due."""
        ...

    async def lapsed(self, *, now: datetime, limit: int) -> list[UUID]:
        """Return the ids of open bookings whose term has passed."""
        ...


class FacilityStore(Protocol):
    """The network's facilities."""

    async def by_code(self, code: str) -> Facility | None:
        """Return a facility by its code."""
        ...

    async def get(self, facility_id: UUID) -> Facility | None:
        """Return a facility of this fund by its id."""
        ...

    async def put(self, facility: Facility) -> None:
        """Write a facility, its prices and its doctors.

        Raises: FacilityCodeTaken when the id belongs to another facility.
        """

    async def search(self, wanted: FacilitySearch) -> list[FoundFacility]:
        """Return one page of the facilities that a search finds."""
        ...


class ImportStore(Protocol):
    """Reports on imports of the network."""

    async def lock(self) -> None:
        """Let the fund's imports run one after the other until the commit."""

    async def get(self, import_id: UUID) -> NetworkImport | None:
        """Return a report."""
        ...

    async def applied(self, sha256: str) -> NetworkImport | None:
        """Return the report on a file that was applied."""
        ...

    async def add(self, report: NetworkImport) -> None:
        """Write a report."""


class MemberStore(Protocol):
    """The projection of members and their families."""

    async def patient(self, person_id: UUID, viewer: Viewer) -> Patient:
        """Return a person of the viewer's family (staff: of any family).

        Raises: PersonNotFound.
        """
        ...

    async def own_person(self, member_id: UUID) -> UUID | None:
        """Return the person that a member is."""
        ...

    async def put(self, family: Family) -> bool:
        """Write a family unless a newer version is known; say whether it was written."""
        ...


class PlanStore(Protocol):
    """The projection of published plans."""

    async def versions(self) -> Sequence[PlanVersion]:
        """Return the fund's plan versions, the newest first."""
        ...

    async def put(self, plan: PlanVersion) -> None:
        """Write a plan version."""

    async def remove(self, plan_id: str, version: str) -> None:
        """Forget a plan version that was withdrawn."""


class BookingTransaction(Protocol):
    """One open transaction with the stores of this service."""

    @property
    def bookings(self) -> BookingStore:
        """Return the bookings."""
        ...

    @property
    def facilities(self) -> FacilityStore:
        """Return the facilities."""
        ...

    @property
    def campaigns(self) -> CampaignStore:
        """Return the campaigns."""
        ...

    @property
    def imports(self) -> ImportStore:
        """Return the imports."""
        ...

    @property
    def slots(self) -> SlotStore:
        """Return the slots."""
        ...

    @property
    def members(self) -> MemberStore:
        """Return the members."""
        ...

    @property
    def plans(self) -> PlanStore:
        """Return the plans."""
        ...

    @property
    def dispensing(self) -> DispensingStore:
        """Return what facilities hand in."""
        ...

    @property
    def foreign(self) -> ForeignStore:
        """Return the bookings that come from another system."""
        ...

    @property
    def managers(self) -> ManagerStore:
        """Return the responsible persons of facilities."""
        ...

    @property
    def matters(self) -> MatterStore:
        """Return the matters with facilities."""
        ...

    @property
    def remittances(self) -> RemittanceStore:
        """Return the transfers to facilities."""
        ...

    @property
    def webhooks(self) -> WebhookStore:
        """Return the webhooks."""
        ...

    @property
    def context(self) -> Context:
        """Return who asks, for which fund."""
        ...

    @property
    def now(self) -> datetime:
        """Return the moment of the transaction, aware UTC."""
        ...

    def publish(self, event: DomainEvent) -> None:
        """Write an event to the outbox."""

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: Any
    ) -> None:
        """Record who did or read what."""


class QuoteDesk(Protocol):
    """Ask the plan's rules what they would pay."""

    async def shares(self, asked: QuoteQuestion, *, token: str) -> Mapping[str, Share] | None:
        """Return the share of each price by its key; None when the rules do not answer in time."""
        ...


class LetterPress(Protocol):
    """Render quota letters."""

    async def print_letter(self, booking: Booking, *, terms: FundTerms) -> bytes:
        """Return the PDF of an authorised booking; the same booking gives the same bytes."""
        ...


class LetterArchive(Protocol):
    """Keep quota letters where every service reaches them."""

    async def put(self, key: str, content: bytes, *, fund: str) -> None:
        """Write a letter once with its fund's key; a second writing under the same key changes nothing."""

    async def get(self, key: str) -> bytes:
        """Return a letter."""
        ...
