"""What waits for a person at the operator desk, and who has it in hand."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from claims_api.domain.currency import EURO, in_euro


class WorkKind(StrEnum):
    """Why the item is there.

    A referred claim; a proposal that needs its second person; a member's review request; a claim that waits for its
    decision beyond the due date; a decided claim that was drawn for a check (1.3).
    """

    REVIEW = "review"
    CONFIRMATION = "confirmation"
    REVIEW_REQUEST = "review_request"
    ESCALATION = "escalation"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One item of the queue.

    Shapes: `queued_at` is the place in the order of receipt; `holder` the subject of who has it until `leased_until`;
    `not_for` the subject of who must not get it (the proposer, for a confirmation); `escalated_at` when its due date
    was found missed: such items are served first.
    Units: `amount_cents` of `currency`, as the document says.
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
    currency: str = EURO
    converted_cents: int | None = None
    holder: str | None = None
    leased_until: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def requested_cents(self) -> int | None:
        """Return the document's amount in euro; None where no rate is known."""
        return in_euro(self.amount_cents, self.currency, self.converted_cents)

    def held_by_other(self, subject: str, now: datetime) -> bool:
        """Say whether somebody else has a lease that still runs."""
        return self.holder not in {None, subject} and self.leased_until is not None and self.leased_until > now
