"""What the use cases need of the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from kit.errors import FieldError
from kit.events import DomainEvent
from rules_svc.domain.decision import Balance, Decision, LimitKey
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Beneficiary, Facts, Member, OnFile, Request
from rules_svc.domain.texts import Texts
from rules_svc.use_cases.office_ports import LedgerAudit, OpeningStore, PublishedVersion, RateStore, SimulationStore

# A claim or booking as the rules decide it, a payment on a referred claim that a person granted, an instalment that
# fell due, and what a facility's review grants beyond a booking's share (its subject is the matter).
DecisionKind = Literal["claim", "booking", "review", "instalment", "booking_review"]
SettlementKind = Literal["consume", "release"]


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What is to be decided, and for whom."""

    kind: DecisionKind
    subject_id: UUID
    revision: int
    member_id: UUID
    person_id: UUID
    request: Request
    member: Member
    beneficiary: Beneficiary
    correction_reason: str | None = None

    @property
    def source(self) -> str:
        """Return the name under which limits are taken; a granted payment takes in the name of its claim."""
        return f"{'claim' if self.kind == 'review' else self.kind}:{self.subject_id}"


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision with everything that its replay needs."""

    decision_id: UUID
    adjudication: Adjudication
    facts: Facts
    limits: dict[tuple[str, str], Balance]
    plan: Plan | None
    decision: Decision
    presented: tuple[OnFile, ...]
    previous_decision_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The newest decision on a claim or booking so far."""

    decision_id: UUID
    revision: int
    received_on: date


@dataclass(frozen=True, slots=True)
class StoredCase:
    """What an earlier decision was made on; `plan_hash` is empty where no plan covered the day."""

    outcome: str
    plan_hash: str
    member_id: UUID
    person_id: UUID
    request: Request
    facts: Facts


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A membership as the register has it now."""

    left_on: date | None
    contributions_in_order: bool


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person and the member whose family they belong to."""

    person_id: UUID
    member_id: UUID
    member: Member
    beneficiary: Beneficiary


DraftState = Literal["draft", "published", "withdrawn"]


class PlanDraft(Protocol):
    """A plan version that keeps to the plan language and asks to be published."""

    @property
    def fund(self) -> str:
        """Return the fund."""
        ...

    @property
    def effective_from(self) -> date:
        """Return the first day in force."""
        ...

    def as_published(self) -> "PlanDraft":
        """Return the same version with the status of a published one."""
        ...

    @property
    def plan_id(self) -> str:
        """Return the plan's id."""
        ...

    @property
    def version(self) -> str:
        """Return the version."""
        ...

    @property
    def hash(self) -> str:
        """Return the hash of the content."""
        ...

    @property
    def content(self) -> Mapping[str, Any]:
        """Return the content as its file writes it."""
        ...

    def faults(self) -> Sequence[FieldError]:
        """Return what is wrong with it, whatever came before."""
        ...

    def faults_after(self, previous: "PlanDraft | None") -> Sequence[FieldError]:
        """Return what forbids publishing it after the version before."""
        ...

    def event(self) -> DomainEvent:
        """Return the event that tells others of it."""
        ...


@dataclass(frozen=True, slots=True)
class QuoteBasis:
    """The plan of each day that one covers, a person's documents on file, and what all their limits have taken."""

    plans: Mapping[date, Plan]
    on_file: tuple[OnFile, ...]
    balances: Mapping[tuple[str, str], Balance]


class PlanStore(Protocol):
    """Published plan versions; those that are withdrawn decide nothing."""

    async def published_hash(self, plan_id: str, version: str) -> str | None:
        """Return the hash of a published version."""
        ...

    async def newest(self, plan_id: str) -> PlanDraft | None:
        """Return the newest version of a plan that stands."""
        ...

    async def wait_turn(self, plan_id: str) -> None:
        """Wait for whoever publishes or withdraws a version of the plan."""
        ...

    async def timetable(self, plan_id: str) -> Sequence[PublishedVersion]:
        """Return every published version of a plan, the withdrawn ones too."""
        ...

    async def withdraw(self, plan_id: str, version: str, *, reason: str, withdrawn_by: str) -> None:
        """Write that a version is withdrawn."""
        ...

    async def starting_on(self, plan_id: str, day: date) -> str | None:
        """Return the version of a plan that begins on a day and stands."""
        ...

    async def add(self, draft: PlanDraft) -> None:
        """Publish a version."""
        ...

    async def in_force(
        self, day: date, person_id: UUID | None, *, turn: str | None = None
    ) -> tuple[Plan | None, tuple[OnFile, ...]]:
        """Return the version that covers a day, and what is on file for a person, in one statement.

        With a `turn` the statement also waits for whoever decides on the same subject.
        """
        ...

    async def quote_basis(self, days: Collection[date], person_id: UUID) -> QuoteBasis:
        """Return what the quotes of a person rest on, in one statement; nothing is locked."""
        ...

    async def compiled(self, digest: str) -> Plan:
        """Return the plan of a hash."""
        ...


class DraftStore(Protocol):
    """Drafts of plan versions."""

    async def put(self, draft: PlanDraft, *, saved_by: str) -> None:
        """Save a draft in place of the one of the same version."""
        ...

    async def open(self, plan_id: str, version: str) -> PlanDraft:
        """Return a draft that is neither published nor withdrawn, and keep others from changing it."""
        ...

    async def end(self, plan_id: str, version: str, state: DraftState) -> None:
        """Say that a draft is published or withdrawn."""
        ...


class LimitLedger(Protocol):
    """The limits of persons."""

    async def lock(self, person_id: UUID, keys: Sequence[LimitKey]) -> dict[tuple[str, str], Balance]:
        """Make the rows that lack, lock all in one order, return the balances."""
        ...

    async def balances(self, person_id: UUID, limit_ids: Sequence[str]) -> dict[tuple[str, str], Balance]:
        """Return the balances of these limits, without a lock."""
        ...

    async def family_balances(
        self, person_ids: Sequence[UUID], limit_ids: Sequence[str]
    ) -> dict[UUID, dict[tuple[str, str], Balance]]:
        """Return the balances of several persons, without a lock."""
        ...

    async def movements(
        self, person_id: UUID, limit_id: str, after: tuple[datetime, UUID] | None, count: int
    ) -> list[Mapping[str, Any]]:
        """Return the postings of a person's limit, the newest first, after a position."""
        ...

    async def settle(self, source: str, kind: SettlementKind) -> int:
        """Consume or release what a source reserved; return how many windows changed."""
        ...

    async def standing(self, source: str) -> dict[UUID, list[LimitKey]]:
        """Return the windows that a source still takes from, by person."""
        ...

    async def reverse(self, source: str) -> int:
        """Give back what a source still takes, by postings; return how many windows changed."""
        ...


class DecisionStore(Protocol):
    """Decisions, which are never changed."""

    async def record(self, recorded: RecordedDecision, texts: Mapping[str, Sequence[Any]]) -> bool:
        """Write decision, postings and balances in one statement; False for one decided since or taken back."""
        ...

    async def paid(
        self, person_id: UUID, article: str, *, but: UUID | None = None, turn: bool = False
    ) -> list[Request]:
        """Return what was paid to a person under an article and stands, but for one claim.

        With `turn` it first waits for whoever decides on the same person and article.
        """
        ...

    async def newest(self, kind: DecisionKind, subject_id: UUID) -> Earlier | None:
        """Wait for whoever decides on the same subject, then return its newest decision."""
        ...

    async def withdraw(self, claim_id: UUID, revision: int) -> bool:
        """Write down that a claim was taken back; False when it was known already."""
        ...

    async def withdraw_evidence(self, decision_id: UUID) -> None:
        """Take the documents of a reversed decision off the file."""
        ...

    async def find(self, decision_id: UUID) -> Mapping[str, Any] | None:
        """Return one decision."""
        ...

    async def case_of(self, decision_id: UUID) -> StoredCase:
        """Return what a decision was made on."""
        ...

    async def of_subject(self, kind: DecisionKind, subject_id: UUID) -> list[Mapping[str, Any]]:
        """Return the decisions on a claim or booking, one a revision, and those that persons took."""
        ...


class PersonStore(Protocol):
    """The members and families that events told of."""

    async def put(
        self,
        *,
        member_id: UUID,
        version: int,
        member: Member,
        persons: Sequence[tuple[UUID, Beneficiary]],
        contributions_in_order: bool = True,
    ) -> bool:
        """Take over a newer version of a member and the family; False when it was known already."""
        ...

    async def family(self, member_id: UUID) -> list[KnownPerson]:
        """Return the persons of a member's family, the member first."""
        ...

    async def standing_of(self, member_id: UUID) -> MemberStanding | None:
        """Return what the register tells of a membership now."""
        ...

    async def find(self, person_id: UUID, owner_member_id: UUID | None) -> KnownPerson | None:
        """Return a person, of the owner's family where an owner is given."""
        ...


class Tx(Protocol):
    """The open transaction that a use case receives."""

    @property
    def now(self) -> datetime:
        """Return the moment of the transaction."""
        ...

    @property
    def texts(self) -> Texts:
        """Return the templates."""
        ...

    @property
    def plans(self) -> PlanStore:
        """Return the plans."""
        ...

    @property
    def limits(self) -> LimitLedger:
        """Return the limits."""
        ...

    @property
    def fund(self) -> str:
        """Return the fund of the transaction."""
        ...

    @property
    def openings(self) -> OpeningStore:
        """Return the opening balances."""
        ...

    @property
    def rates(self) -> RateStore:
        """Return the official exchange rates."""
        ...

    @property
    def drafts(self) -> DraftStore:
        """Return the drafts of plans."""
        ...

    @property
    def simulations(self) -> SimulationStore:
        """Return the simulations."""
        ...

    @property
    def decisions(self) -> DecisionStore:
        """Return the decisions."""
        ...

    @property
    def ledger_audit(self) -> LedgerAudit:
        """Return the comparisons of the limits ledger."""
        ...

    @property
    def persons(self) -> PersonStore:
        """Return the persons."""
        ...

    def publish(self, event: DomainEvent) -> None:
        """Publish an event with this transaction."""
        ...

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: Any
    ) -> None:
        """Record an act."""
        ...
