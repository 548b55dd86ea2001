"""What another service has settled, as its event said it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.payable import SourceKind


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled or corrected claim, a decided instalment or a closed booking.

    Units: cents, zero when the fund pays nothing, negative when a correction takes back; `requested_cents` is known of
    claims only, `person_id` not of bookings.
    """

    source_kind: SourceKind
    source_id: UUID
    amount_cents: int
    settled_on: date
    person_id: UUID | None = None
    requested_cents: int | None = None
    claim_id: UUID | None = None
    decision_id: UUID | None = None


class DecidedBy(StrEnum):
    """Who has decided a claim: the plan, or a person, whose word counts more."""

    PLAN = "plan"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """What the rules have counted against the limits for one revision of a claim; zero when they grant nothing."""

    claim_id: UUID
    revision: int
    decided_by: DecidedBy
    payable_cents: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose expenses are reimbursed: the member or one of the family."""

    person_id: UUID
    name: str
    fiscal_code: str
