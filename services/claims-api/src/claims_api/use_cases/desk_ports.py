"""What the operator desk needs of the outside."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims_api.domain.appeal import Appeal
from claims_api.domain.delegation import Delegation
from claims_api.domain.expense import Expense
from claims_api.domain.office_request import OfficeRequest, OfficeRequestKind, OfficeRequestState
from claims_api.domain.review import Review
from claims_api.domain.work_item import WorkItem, WorkKind


@dataclass(frozen=True, slots=True)
class OfficeFilter:
    """Which requests to the office a list shows; `before` is the request_id that the page starts behind."""

    kind: OfficeRequestKind
    member_id: UUID | None = None
    state: OfficeRequestState | None = None
    before: UUID | None = None
    limit: int = 50


class OfficeStore(Protocol):
    """What members ask of the fund's office about their registration."""

    async def add(self, request: OfficeRequest) -> None:
        """Write a request; one confirmation a member waits or stands at most."""
        ...

    async def lock(self, request_id: UUID) -> OfficeRequest | None:
        """Return a request and keep others from answering it."""
        ...

    async def answer(self, request: OfficeRequest) -> None:
        """Write what the office answered."""
        ...

    async def page(self, wanted: OfficeFilter) -> list[OfficeRequest]:
        """Return requests, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A paper that resembles one of a case; `kind` is claim or booking, `same` what is equal."""

    claim_id: UUID
    kind: str
    other_id: UUID
    case_number: str | None
    document_number: str | None
    document_date: date
    amount_cents: int
    currency: str
    state: str
    same: tuple[str, ...]


class OverdueStore(Protocol):
    """What waits beyond its due date, and what was drawn for a check."""

    async def items(self, queued_before: datetime, limit: int) -> list[tuple[str, WorkItem]]:
        """Return open items not escalated yet, oldest first, each with its fund."""
        ...

    async def claims(self, received_before: date, limit: int) -> list[tuple[str, UUID]]:
        """Return claims that the rules have not answered and no item speaks of, oldest first, each with its fund."""
        ...

    async def mark(self, item_id: UUID, *, at: datetime) -> None:
        """Mark an item as escalated."""
        ...

    async def close_answered(self, *, at: datetime) -> None:
        """Close the escalations of claims that were answered since."""
        ...

    async def draw(self, claim_id: UUID, *, rule: str, seed: str) -> bool:
        """Write that a claim was drawn; false when it was drawn before."""
        ...


class DelegationStore(Protocol):
    """Who may act for whom."""

    async def add(self, delegation: Delegation) -> None:
        """Write a new delegation."""
        ...

    async def of_either(self, member_id: UUID) -> list[Delegation]:
        """Return the delegations that a member gave or holds, newest first."""
        ...

    async def holds(self, *, member_id: UUID, delegate_id: UUID, day: date) -> bool:
        """Say whether the delegate may act for the member on a day."""
        ...

    async def revoke(self, delegation_id: UUID, *, by: UUID, at: datetime) -> Delegation | None:
        """End a delegation of one of the two; nothing when there is none."""
        ...


class FactsPatch(Protocol):
    """Some facts of an expense that take the place of the present ones."""

    def on(self, expense: Expense) -> Expense:
        """Return the expense with these facts."""
        ...


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


class WorkQueue(Protocol):
    """The open items of the operator desk."""

    async def open(self, item: WorkItem) -> None:
        """Write a new item; a claim has one open item at most, and one of a sample beside it."""
        ...

    async def close(self, claim_id: UUID, *, at: datetime) -> None:
        """Close the open item of a claim, where there is one; that of a sample stays."""
        ...

    async def close_sample(self, claim_id: UUID, *, at: datetime) -> None:
        """Close the open item of a claim's check by sample, where there is one."""
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
        """Return the open item of a claim, a sample apart, and keep others from leasing it."""
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
        """Write what the second person or the rules said."""
        ...

    async def open_for(self, claim_id: UUID) -> Review | None:
        """Return the payment that waits for its second person or for the rules."""
        ...

    async def of_claim(self, claim_id: UUID) -> list[Review]:
        """Return everything that persons decided on a claim, the first one first."""
        ...


class AppealStore(Protocol):
    """Members' review requests."""

    async def add(self, appeal: Appeal) -> None:
        """Write a request; a claim has one unanswered at most."""
        ...

    async def answer(self, appeal: Appeal) -> None:
        """Write what the fund answered or proposes."""
        ...

    async def of_claim(self, claim_id: UUID) -> list[Appeal]:
        """Return every request about a claim, the first one first."""
        ...

    async def of_case(self, case_id: UUID) -> list[Appeal]:
        """Return every request about the claims of a case."""
        ...
