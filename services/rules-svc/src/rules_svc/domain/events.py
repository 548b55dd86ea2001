"""What this service publishes. v1 grows by addition only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from rules_svc.domain.reconciliation import DecidedTotal, LedgerDifference


@dataclass(frozen=True, slots=True)
class StepText:
    """One step of an explanation, with its texts."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ReasonText:
    """Why nothing is paid, or not now; the remedy of a refusal says what would make it payable."""

    code: str
    article: str
    text_it: str
    text_en: str
    remedy_it: str = ""
    remedy_en: str = ""


@dataclass(frozen=True, slots=True)
class MissingText:
    """A document that is asked for."""

    document: str
    article: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of an amount that is paid over years; the first one is due now.

    Shapes: `due_on` of a later one is the first day of its month, that of the decision one, two or three years on; a
    first payment in a later month moves them all (payouts.instalment_due, reading A30).
    """

    number: int
    due_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ClaimAdjudicated:
    """A claim was decided; a completed or corrected claim comes again with a higher revision, decided anew.

    Units: `requested_cents` in minor units of the document's currency (ISO 4217: yen have none, dinars thousandths);
    `requested_eur_cents` the same at the official rate of the document's day (1.3), null where no rate is known.
    """

    TYPE: ClassVar[str] = "rules.claim_adjudicated.v1"

    claim_id: UUID
    revision: int
    decision_id: UUID
    outcome: str
    requested_cents: int
    payable_cents: int
    plan_id: str
    plan_version: str
    plan_hash: str
    missing: list[MissingText]
    reasons: list[ReasonText]
    steps: list[StepText]
    review: str | None
    instalments: list[Instalment] = field(default_factory=list)
    gross_of_withholding: bool = False
    requested_eur_cents: int | None = None

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class BookingAdjudicated:
    """A direct booking was decided; when it is paid its limits are reserved."""

    TYPE: ClassVar[str] = "rules.booking_adjudicated.v1"

    booking_id: UUID
    decision_id: UUID
    outcome: str
    price_cents: int
    fund_share_cents: int
    member_share_cents: int
    missing: list[MissingText]
    reasons: list[ReasonText]
    steps: list[StepText]
    revision: int = 1

    @property
    def subject(self) -> str:
        """Return the booking's id."""
        return str(self.booking_id)


@dataclass(frozen=True, slots=True)
class ReviewCounted:
    """A payment that a person granted on a referred claim was counted in the limits; it may be settled."""

    TYPE: ClassVar[str] = "rules.review_counted.v1"

    review_id: UUID
    claim_id: UUID
    revision: int
    decision_id: UUID
    payable_cents: int
    plan_version: str
    steps: list[StepText]

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class ReviewRefused:
    """A payment that a person granted would pass a limit; nothing was taken, each reason names a limit and its rest."""

    TYPE: ClassVar[str] = "rules.review_refused.v1"

    review_id: UUID
    claim_id: UUID
    revision: int
    payable_cents: int
    reasons: list[ReasonText]

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class BookingReviewCounted:
    """What a review grants beyond a booking's share was counted in the limits; it may be paid."""

    TYPE: ClassVar[str] = "rules.booking_review_counted.v1"

    matter_id: UUID
    booking_id: UUID
    granted_cents: int
    delta_cents: int
    decision_id: UUID
    plan_version: str
    steps: list[StepText]

    @property
    def subject(self) -> str:
        """Return the booking's id."""
        return str(self.booking_id)


@dataclass(frozen=True, slots=True)
class BookingReviewRefused:
    """What a review grants beyond a booking's share would pass a limit; nothing was taken.

    Shapes: `limit` is empty for a booking that was never decided here, of which no limit is known.
    Units: `most_cents` is the highest `delta_cents` that `limit`, the tightest one, still holds.
    """

    TYPE: ClassVar[str] = "rules.booking_review_refused.v1"

    matter_id: UUID
    booking_id: UUID
    granted_cents: int
    delta_cents: int
    limit: str
    most_cents: int
    reasons: list[ReasonText]

    @property
    def subject(self) -> str:
        """Return the booking's id."""
        return str(self.booking_id)


@dataclass(frozen=True, slots=True)
class InstalmentDecided:
    """A later instalment fell due and was checked again: it is paid, or lost for the reasons given."""

    TYPE: ClassVar[str] = "rules.instalment_decided.v1"

    instalment_id: UUID
    claim_id: UUID
    decision_id: UUID
    member_id: UUID
    article: str
    number: int
    outcome: str
    payable_cents: int
    plan_version: str
    reasons: list[ReasonText]
    steps: list[StepText]
    gross_of_withholding: bool = False

    @property
    def subject(self) -> str:
        """Return the claim's id."""
        return str(self.claim_id)


@dataclass(frozen=True, slots=True)
class LedgerReconciled:
    """The limits ledger of a fund was compared with its decisions of a month.

    Shapes: `month` is its first day; whole days before `through_on` are counted, so a month that is over has the first
    of the next one there. `differing` counts all differences, `differences` are the first of them. `totals` are the
    decisions that pay, by kind and Rome day.
    """

    TYPE: ClassVar[str] = "rules.ledger_reconciled.v1"

    fund: str
    month: date
    through_on: date
    reconciled_at: datetime
    decisions: int
    postings: int
    balances: int
    totals: list[DecidedTotal]
    differing: int
    differences: list[LedgerDifference]

    @property
    def subject(self) -> str:
        """Return the month."""
        return self.month.isoformat()


@dataclass(frozen=True, slots=True)
class TariffCode:
    """One code of a tariff."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class PlanArticle:
    """One article that pays.

    Shapes: `branch` is health or non_health; `documents` are the kinds that it may ask for; `facts` are the extra facts
    that its conditions read; `relations` are those who may ask under it; `filing_days` are calendar days from the
    expense, None where the article counts its term from another day or in another way.
    """

    article: str
    title_it: str
    title_en: str
    kind: str
    modes: list[str]
    codes: list[TariffCode]
    branch: str = "health"
    documents: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    filing_days: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """When a balance is paid: above the threshold, or in the months without one."""

    threshold_cents: int
    strictly_greater: bool
    except_months: list[int]


@dataclass(frozen=True, slots=True)
class PlanPublished:
    """A plan version is published and will not change.

    Units: `filing_days` calendar days from the expense: the general term of filing.
    """

    TYPE: ClassVar[str] = "rules.plan_published.v1"

    plan_id: str
    fund: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    articles: list[PlanArticle]
    notice_days: dict[str, int]
    claim_lapse_days: int
    payment: PaymentTerms
    filing_days: int | None = None

    @property
    def subject(self) -> str:
        """Return the plan's id."""
        return self.plan_id


@dataclass(frozen=True, slots=True)
class PlanWithdrawn:
    """A published plan version was withdrawn: other versions cover its days, and it decides nothing new.

    Shapes: `effective_to` is the first day that it no longer covered, None where it had no end.
    """

    TYPE: ClassVar[str] = "rules.plan_withdrawn.v1"

    plan_id: str
    fund: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    withdrawn_on: date
    reason: str

    @property
    def subject(self) -> str:
        """Return the plan's id."""
        return self.plan_id
