"""What this service publishes. v1 grows by addition only."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID


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
    """Why nothing is paid, or not now."""

    code: str
    article: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class MissingText:
    """A document that is asked for."""

    document: str
    article: str
    text_it: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ClaimAdjudicated:
    """A claim was decided; a completed claim comes again with a higher revision."""

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

    @property
    def subject(self) -> str:
        """Return the booking's id."""
        return str(self.booking_id)


@dataclass(frozen=True, slots=True)
class TariffCode:
    """One code of a tariff."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class PlanArticle:
    """One article that pays.

    Shapes: `branch` is health or non_health; `documents` are the kinds that it may ask for; `facts` are the extra facts
    that its conditions read; `relations` are those who may ask under it.
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


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """When a balance is paid: above the threshold, or in the months without one."""

    threshold_cents: int
    strictly_greater: bool
    except_months: list[int]


@dataclass(frozen=True, slots=True)
class PlanPublished:
    """A plan version is published and will not change."""

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

    @property
    def subject(self) -> str:
        """Return the plan's id."""
        return self.plan_id
