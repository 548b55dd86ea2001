"""What another service has settled, as its event said it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from payout_svc.domain.payable import SourceKind


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settled or corrected claim, a decided instalment or a closed booking.

    Units: cents, zero when the fund pays nothing, negative when a correction takes back; `requested_cents` is known of
    claims only, `person_id` not of bookings; `decided_here` is False of bookings that another system decided.
    """

    source_kind: SourceKind
    source_id: UUID
    amount_cents: int
    settled_on: date
    person_id: UUID | None = None
    requested_cents: int | None = None
    claim_id: UUID | None = None
    decision_id: UUID | None = None
    decided_here: bool | None = None


class DecidedBy(StrEnum):
    """Who has decided: the plan, or a person, whose word counts more."""

    PLAN = "plan"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """What the rules have counted against the limits for one revision of a claim; zero when they grant nothing."""

    claim_id: UUID
    revision: int
    decided_by: DecidedBy
    payable_cents: int
    decided_on: date


@dataclass(frozen=True, slots=True)
class DecidedBooking:
    """What the rules grant a facility: by the plan for a booking, or by a review for its matter; zero for nothing."""

    decided_by: DecidedBy
    subject_id: UUID
    revision: int
    payable_cents: int
    decided_on: date


@dataclass(frozen=True, slots=True)
class LedgerReconciliation:
    """What the rules found in their limits ledger for a month.

    Shapes: days before `through_on` are counted; `totals` are {"kind", "on", "decisions", "payable_cents"},
    `differences` the first of `differing`: {"check", "id", "expected", "actual"}.
    """

    month: date
    through_on: date
    reconciled_at: datetime
    totals: Sequence[Mapping[str, Any]]
    differing: int
    differences: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose expenses are reimbursed: the member or one of the family."""

    person_id: UUID
    name: str
    fiscal_code: str
