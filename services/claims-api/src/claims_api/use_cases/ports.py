"""What the use cases need of the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims_api.domain.bank_account import BankAccount
from claims_api.domain.case import Case, Claim, StateChange
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.decision import Decision
from claims_api.domain.expense import Expense
from claims_api.domain.member import Member
from claims_api.domain.member_import import ImportLine, ImportReport, LineAction, ReportLine
from claims_api.domain.plan import PlanVersion
from claims_api.domain.practice_row import DirectService, PracticeRow, RowSearch, YearTotal
from claims_api.domain.service_level import ServiceLevel
from claims_api.domain.submission import Consent, GivenConsent
from claims_api.domain.task import Task, TaskKind
from claims_api.use_cases.check_ports import CheckStore
from claims_api.use_cases.consent_ports import FilingConsentStore
from claims_api.use_cases.desk_ports import (
    AppealStore,
    DelegationStore,
    OfficeStore,
    OverdueStore,
    Resemblance,
    ReviewStore,
    WorkQueue,
)
from claims_api.use_cases.document_ports import DocumentIndex, ExtractionStore, UploadStore
from kit.context import Context
from kit.events import DomainEvent


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    """The claim, or the booking of a direct service, that already has the expense."""

    claim_id: UUID | None
    case_id: UUID | None
    case_number: str
    booking_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows of "Le tue pratiche" a page shows; `before` is the row_id that it starts behind."""

    search: RowSearch
    member_id: UUID | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases of the fund a list shows; `before` is the case_id that the page starts behind.

    Units: `requested_*` and `document_*` are days, both ends included.
    """

    member_id: UUID | None = None
    state: ClaimState | None = None
    states: frozenset[ClaimState] | None = None
    person_id: UUID | None = None
    requested_from: date | None = None
    requested_to: date | None = None
    document_from: date | None = None
    document_to: date | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """Cases with what their readers are shown beside them.

    Shapes: `names` person_id → full name; `history` and `decisions` claim_id → steps taken, latest decision.
    """

    case: Case
    names: Mapping[UUID, str]
    history: Mapping[UUID, Sequence[StateChange]]
    decisions: Mapping[UUID, Decision]


class MemberStore(Protocol):
    """Members with family, contact and account."""

    async def lock_by_number(self, number: str) -> Member | None:
        """Keep others from registering or changing this number; return what is registered."""
        ...

    async def lock(self, member_id: UUID) -> Member | None:
        """Return a member and keep others from changing it."""
        ...

    async def find(self, member_id: UUID) -> Member | None:
        """Return a member."""
        ...

    async def save(self, member: Member) -> None:
        """Write member, family and contact; ids that belong to others are refused."""
        ...

    async def replace_account(self, account: BankAccount) -> None:
        """Make this the member's account and keep the one before as replaced."""
        ...

    async def reject_account(self, account: BankAccount) -> None:
        """Mark the account as one that the bank refused."""
        ...

    async def page(self, *, q: str | None, after: str | None, limit: int) -> list[Member]:
        """Return members by number, optionally those whose number, name or codice fiscale starts so."""
        ...


class CaseStore(Protocol):
    """Cases with their claims."""

    async def add(self, case: Case, *, year: int) -> str:
        """Write a new case and return the number that it got."""
        ...

    async def find(self, case_id: UUID) -> Case | None:
        """Return a case with its claims."""
        ...

    async def find_by_claim(self, claim_id: UUID, *, lock: bool = False) -> Case | None:
        """Return the case of a claim with all its claims; locked, nobody else changes any of them."""
        ...

    async def lock_with_member(self, case_id: UUID) -> tuple[Case, Member] | None:
        """Return a case, locked, and its member, in one look."""
        ...

    async def duplicate_of(self, expense: Expense) -> DuplicateOf | None:
        """Return an open claim of the same expense, in any case; an unknown provider matches every provider."""
        ...

    async def add_claim(self, case: Case, claim: Claim) -> bool:
        """Write a new claim; false when the database already holds the same expense."""
        ...

    async def save(self, case: Case, *, consents: Mapping[Consent, str] | None = None) -> None:
        """Write the case, its moved claims, their history and the consents given, each with its text's version."""
        ...

    async def consents_of(self, member_id: UUID) -> Sequence[GivenConsent]:
        """Return every consent that a member gave, each version with the last time."""
        ...

    async def change_facts(self, claim: Claim, *, before: Expense, reason: str) -> None:
        """Write a claim's new facts and keep the ones before; an expense that another claim has is refused."""
        ...

    def add_decision(self, decision: Decision) -> None:
        """Write a decision with the transaction."""
        ...

    async def similar_to(self, case_id: UUID) -> Mapping[UUID, str]:
        """Return the claims of a case that other open claims resemble, with the number of that other case."""
        ...

    async def resembling(self, case_id: UUID) -> list[Resemblance]:
        """Return papers of the same member that resemble those of a case."""
        ...

    async def service_levels(self, since: datetime, until: datetime) -> list[ServiceLevel]:
        """Return how long the claims took that were sent in a period (end excluded)."""
        ...

    async def overdue(self, today: date, limit: int) -> list[tuple[str, UUID]]:
        """Return suspended claims whose last good day is over, oldest first, each with its fund."""
        ...

    async def come_to_their_turn(self, today: date, limit: int) -> list[tuple[str, UUID]]:
        """Return cases on paper that have waited long enough for the rules, oldest first, each with its fund."""
        ...

    async def page(self, wanted: CaseFilter) -> tuple[list[Case], Mapping[UUID, str]]:
        """Return cases, newest first, and the names of the persons in them."""
        ...

    async def detail(self, case: Case) -> CaseDetail:
        """Return what a reader of the case is shown beside it."""
        ...


class PracticeStore(Protocol):
    """The list "Le tue pratiche": claims and direct services."""

    async def rows(self, wanted: RowFilter) -> list[PracticeRow]:
        """Return rows, newest first."""
        ...

    async def totals(self, member_id: UUID) -> list[YearTotal]:
        """Return a member's totals, the newest year first."""
        ...

    async def awaiting_payment(self, member_id: UUID) -> tuple[int, int]:
        """Return how many of the member's claims are settled and not paid yet, and their sum in cents."""
        ...

    async def put_direct(self, service: DirectService) -> None:
        """Write what is told of a booking, keeping what is not told."""
        ...


class PlanStore(Protocol):
    """The published versions of the fund's plan."""

    async def put(self, plan: PlanVersion) -> None:
        """Write a version, or the newer terms of the same one."""
        ...

    async def remove(self, plan_id: str, version: str) -> None:
        """Forget a version."""
        ...

    async def all(self) -> list[PlanVersion]:
        """Return every version of the fund."""
        ...


class TaskStore(Protocol):
    """What members have to do."""

    async def open(self, task: Task) -> None:
        """Open a task, unless the same one is open."""
        ...

    async def close(self, kind: TaskKind, subject_id: UUID, *, at: datetime) -> None:
        """Close a task where it is open."""
        ...

    async def open_for(self, member_id: UUID) -> list[Task]:
        """Return the member's open tasks, the most urgent first."""
        ...


class ImportStore(Protocol):
    """An employer's feed: staged, judged, applied, reported."""

    async def lock(self) -> None:
        """Keep other feeds of the fund waiting until the commit."""
        ...

    async def applied(self, sha256: str) -> ImportReport | None:
        """Return the report of this very file, if it was applied."""
        ...

    async def stage(self, import_id: UUID, lines: Sequence[ImportLine]) -> None:
        """Keep lines for the rest of the transaction."""
        ...

    async def judge(self, import_id: UUID) -> Mapping[str, int]:
        """Look at all staged lines together and against the register; return how many lines do what."""
        ...

    async def apply(self, import_id: UUID) -> int:
        """Bring the register to the staged lines, with events and audit; return how many members changed."""
        ...

    async def finish(self, report: ImportReport) -> None:
        """Write the report with its lines, and forget the staged ones."""
        ...

    async def find(self, import_id: UUID) -> ImportReport | None:
        """Return a report."""
        ...

    async def report_lines(
        self, import_id: UUID, *, action: LineAction | None, after: int, limit: int
    ) -> list[ReportLine]:
        """Return lines of a report in the file's order."""
        ...


class Tx(Protocol):
    """An open transaction: stores, events, audit."""

    @property
    def context(self) -> Context:
        """Return who asks, when and under which trace."""
        ...

    @property
    def now(self) -> datetime:
        """Return the moment of the transaction, aware UTC."""
        ...

    @property
    def fund(self) -> str:
        """Return the fund of the transaction."""
        ...

    @property
    def members(self) -> MemberStore:
        """Return the members."""
        ...

    @property
    def cases(self) -> CaseStore:
        """Return the cases."""
        ...

    @property
    def practices(self) -> PracticeStore:
        """Return the rows of "Le tue pratiche"."""
        ...

    @property
    def documents(self) -> DocumentIndex:
        """Return the documents."""
        ...

    @property
    def extractions(self) -> ExtractionStore:
        """Return what was read in documents."""
        ...

    @property
    def uploads(self) -> UploadStore:
        """Return the uploads in parts."""
        ...

    @property
    def plans(self) -> PlanStore:
        """Return the plans."""
        ...

    @property
    def tasks(self) -> TaskStore:
        """Return the tasks."""
        ...

    @property
    def work(self) -> WorkQueue:
        """Return the desk's queue."""
        ...

    @property
    def reviews(self) -> ReviewStore:
        """Return what persons decided."""
        ...

    @property
    def appeals(self) -> AppealStore:
        """Return the members' review requests."""
        ...

    @property
    def office(self) -> OfficeStore:
        """Return the requests to the office."""
        ...

    @property
    def overdue(self) -> OverdueStore:
        """Return what waits too long, and the checks by sample."""
        ...

    @property
    def checks(self) -> CheckStore:
        """Return the check-up visits and the drawn claims."""
        ...

    @property
    def filing_consents(self) -> FilingConsentStore:
        """Return the consents to be helped."""
        ...

    @property
    def delegations(self) -> DelegationStore:
        """Return who may act for whom."""
        ...

    @property
    def imports(self) -> ImportStore:
        """Return the employer feeds."""
        ...

    def publish(self, event: DomainEvent) -> None:
        """Publish an event with the commit."""
        ...

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: object
    ) -> None:
        """Record an act with the commit."""
        ...
