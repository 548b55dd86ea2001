"""What waits for a person at the operator desk, and who has it in hand."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class WorkKind(StrEnum):
    """Why the item is there: a referred claim, or a proposal that needs its second person."""

    REVIEW = "review"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One item of the queue.

    Shapes: `queued_at` is the place in the order of receipt; `holder` the subject of who has it until `leased_until`;
    `not_for` the subject of who must not get it (the proposer, for a confirmation).
    """

    item_id: UUID
    kind: WorkKind
    claim_id: UUID
    case_id: UUID
    case_number: str
    review_role: str
    article: str
    channel: str
    amount_cents: int
    received_on: date
    queued_at: datetime
    opened_at: datetime
    review_id: UUID | None = None
    not_for: str | None = None
    holder: str | None = None
    leased_until: datetime | None = None

    def held_by_other(self, subject: str, now: datetime) -> bool:
        """Say whether somebody else has a lease that still runs."""
        return self.holder not in {None, subject} and self.leased_until is not None and self.leased_until > now
