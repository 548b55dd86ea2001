"""What the use cases need of the outside."""

from collections.abc import Mapping, Sequence
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

DecisionKind = Literal["claim", "booking"]
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

    @property
    def source(self) -> str:
        """Return the name under which limits are taken."""
        return f"{self.kind}:{self.subject_id}"


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


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person and the member whose family they belong to."""

    person_id: UUID
    member_id: UUID
    member: Member
    beneficiary: Beneficiary


class PlanDraft(Protocol):
    """A plan version that keeps to the plan language and asks to be published."""

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

    def faults_after(self, previous: "PlanDraft | None") -> Sequence[FieldError]:
        """Return what forbids publishing it after the version before."""
        ...

    def event(self) -> DomainEvent:
        """Return the event that tells others of it."""
        ...


class PlanStore(Protocol):
    """Published plan versions."""

    async def published_hash(self, plan_id: str, version: str) -> str | None:
        """Return the hash of a published version."""
        ...

    async def newest(self, plan_id: str) -> PlanDraft | None:
        """Return the newest published version of a plan."""
        ...

    async def add(self, draft: PlanDraft) -> None:
        """Publish a version."""
        ...

    async def in_force(self, day: date, person_id: UUID | None) -> tuple[Plan | None, tuple[OnFile, ...]]:
        """Return the version that covers a day, and what is on file for a person, in one statement."""
        ...


class LimitLedger(Protocol):
    """The limits of persons."""

    async def lock(self, person_id: UUID, keys: Sequence[LimitKey]) -> dict[tuple[str, str], Balance]:
        """Make the rows that lack, lock all in one order, return the balances."""
        ...

    async def balances(self, person_id: UUID, limit_ids: Sequence[str]) -> dict[tuple[str, str], Balance]:
        """Return the balances of these limits, without a lock."""
        ...

    async def settle(self, source: str, kind: SettlementKind) -> int:
        """Consume or release what a source reserved; return how many windows changed."""
        ...


class DecisionStore(Protocol):
    """Decisions, which are never changed."""

    async def record(self, recorded: RecordedDecision, texts: Mapping[str, Sequence[Any]]) -> bool:
        """Write decision, postings and balances in one statement; False when this revision was decided before."""
        ...

    async def find(self, decision_id: UUID) -> Mapping[str, Any] | None:
        """Return one decision."""
        ...

    async def of_subject(self, kind: DecisionKind, subject_id: UUID) -> list[Mapping[str, Any]]:
        """Return the decisions on a claim or booking, one a revision."""
        ...


class PersonStore(Protocol):
    """The members and families that events told of."""

    async def put(
        self, *, member_id: UUID, version: int, member: Member, persons: Sequence[tuple[UUID, Beneficiary]]
    ) -> bool:
        """Take over a newer version of a member and the family; False when it was known already."""
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
    def decisions(self) -> DecisionStore:
        """Return the decisions."""
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
