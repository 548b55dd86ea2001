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
from claims_api.domain.document import Document
from claims_api.domain.expense import Expense
from claims_api.domain.member import Member
from claims_api.domain.member_import import ImportLine, ImportReport, LineAction, ReportLine
from claims_api.domain.plan import PlanVersion
from claims_api.domain.review import Review
from claims_api.domain.service_level import ServiceLevel
from claims_api.domain.submission import Consent
from claims_api.domain.task import Task, TaskKind
from claims_api.domain.work_item import WorkItem, WorkKind
from kit.context import Context
from kit.events import DomainEvent


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    """The claim that already has the expense."""

    claim_id: UUID
    case_id: UUID
    case_number: str


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases of the fund a list shows; `before` is the case_id that the page starts behind.

    Units: `requested_*` and `document_*` are days, both ends included.
    """

    member_id: UUID | None = None
    state: ClaimState | None = None
    person_id: UUID | None = None
    requested_from: date | None = None
    requested_to: date | None = None
    document_from: date | None = None
    document_to: date | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Which open items a list of the queue shows; `after` is (queued_at, item_id) of the page before."""

    now: datetime
    kind: WorkKind | None = None
    article: str | None = None
    leased: bool | None = None
    received_until: date | None = None
    after: tuple[datetime, UUID] | None = None
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

    async def save(self, case: Case, *, consents: Sequence[Consent] = ()) -> None:
        """Write the case, its moved claims, their history and the consents given."""
        ...

    async def add_decision(self, decision: Decision) -> bool:
        """Write a decision; false when it is already there."""
        ...

    async def similar_to(self, case_id: UUID) -> Mapping[UUID, str]:
        """Return the claims of a case that other open claims resemble, with the number of that other case."""
        ...

    async def service_levels(self, since: datetime, until: datetime) -> list[ServiceLevel]:
        """Return how long the claims took that were sent in a period (end excluded)."""
        ...

    async def overdue(self, today: date, limit: int) -> list[tuple[str, UUID]]:
        """Return suspended claims whose last good day is over, oldest first, each with its fund."""
        ...

    async def page(self, wanted: CaseFilter) -> tuple[list[Case], Mapping[UUID, str]]:
        """Return cases, newest first, and the names of the persons in them."""
        ...

    async def detail(self, case: Case) -> CaseDetail:
        """Return what a reader of the case is shown beside it."""
        ...


class DocumentIndex(Protocol):
    """What is known of the uploaded files; their bytes are in the document store."""

    async def add(self, document: Document) -> None:
        """Write a new document."""
        ...

    async def find(self, document_id: UUID) -> Document | None:
        """Return a document."""
        ...

    async def find_many(self, document_ids: Sequence[UUID]) -> list[Document]:
        """Return the documents that exist, in any order."""
        ...

    async def first_with_content(self, member_id: UUID, sha256: str) -> Document | None:
        """Return the member's earliest document with the same bytes."""
        ...


class PlanStore(Protocol):
    """The published versions of the fund's plan."""

    async def put(self, plan: PlanVersion) -> None:
        """Write a version, or the newer terms of the same one."""
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


class WorkQueue(Protocol):
    """The open items of the operator desk."""

    async def open(self, item: WorkItem) -> None:
        """Write a new item; a claim has one open item at most."""
        ...

    async def close(self, claim_id: UUID, *, at: datetime) -> None:
        """Close the open item of a claim, where there is one."""
        ...

    async def lease_next(
        self, *, roles: frozenset[str], holder: str, now: datetime, until: datetime
    ) -> WorkItem | None:
        """Lease the first free item for these roles; two callers never get the same one."""
        ...

    async def lock(self, item_id: UUID) -> WorkItem | None:
        """Return an open item and keep others from leasing it."""
        ...

    async def lock_for_claim(self, claim_id: UUID) -> WorkItem | None:
        """Return the open item of a claim and keep others from leasing it."""
        ...

    async def put_lease(self, item: WorkItem) -> None:
        """Write who holds the item and until when."""
        ...

    async def page(self, wanted: WorkFilter) -> list[WorkItem]:
        """Return open items in order of receipt."""
        ...


class ReviewStore(Protocol):
    """What persons decided or proposed on claims."""

    async def add(self, review: Review) -> None:
        """Write a decision or a proposal."""
        ...

    async def answer(self, review: Review) -> None:
        """Write what the second person said."""
        ...

    async def proposed_for(self, claim_id: UUID) -> Review | None:
        """Return the proposal that waits for its second person."""
        ...

    async def of_claim(self, claim_id: UUID) -> list[Review]:
        """Return everything that persons decided on a claim, the first one first."""
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
    def documents(self) -> DocumentIndex:
        """Return the documents."""
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
