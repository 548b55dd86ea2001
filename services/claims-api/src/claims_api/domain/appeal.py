"""A member's request to review a decision (revisione), and what the fund answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from claims_api.domain.case import Claim
from claims_api.domain.correction import DECIDED
from claims_api.domain.currency import in_euro
from claims_api.domain.decision import Reason
from claims_api.domain.errors import NotReviewable, ReviewTermOver, SamePersonTwice
from claims_api.domain.expense import Expense


class AppealOutcome(StrEnum):
    """The fund's two answers: the decision stands, or the facts are put right and the rules decide anew."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class AppealState(StrEnum):
    """Open, waiting for the second person of a correction, or answered."""

    OPEN = "open"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Appeal:
    """One review request.

    Shapes: `reason` are the member's words; `reasons` the fund's, which the member reads; `facts` what a
    correction puts in place; `note` is for the office.
    Source: no article; FAQ of the facility portal (KOP-REV-01) and reading AMB-K07: one open request at a time.
    """

    appeal_id: UUID
    claim_id: UUID
    case_id: UUID
    member_id: UUID
    revision: int
    reason: str
    document_ids: tuple[UUID, ...]
    state: AppealState
    requested_by: str
    requested_at: datetime
    reasons: tuple[Reason, ...] = ()
    facts: Expense | None = None
    note: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    second_by: str | None = None
    second_at: datetime | None = None


def check_appeal(claim: Claim, *, decided_on: date | None, today: date, term_days: int) -> None:
    """Refuse a review of what is not decided, was paid in full, or was decided too long ago.

    Units: `term_days` calendar days from the decision, itself day 0, the last one included.
    Raises: NotReviewable, ReviewTermOver.
    """
    if claim.state not in DECIDED or decided_on is None:
        raise NotReviewable("Only a decided claim can be reviewed.", state=claim.state)
    asked = claim.requested_cents
    if asked and (claim.settled_cents or 0) >= asked:
        raise NotReviewable("The whole request was granted.", settled_cents=claim.settled_cents)
    last = decided_on + timedelta(days=term_days)
    if today > last:
        raise ReviewTermOver("The time to ask for a review is over.", last_day=str(last))


def needs_second_person(claim: Claim, corrected: Expense, above_cents: int) -> bool:
    """Say whether a correction concerns more than one person may decide alone; so does what is not in euro yet."""
    after = in_euro(corrected.amount_cents, corrected.currency, None)
    if after is None or claim.requested_cents is None:
        return True
    return max(after, claim.requested_cents, claim.settled_cents or 0) > above_cents


def check_second(appeal: Appeal, subject: str) -> None:
    """Refuse the proposer as the second person.

    Raises: SamePersonTwice.
    """
    if appeal.answered_by == subject:
        raise SamePersonTwice("The second person must be another than the one who proposed.")
