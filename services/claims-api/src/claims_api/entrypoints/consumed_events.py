"""What this service reads of the events of others: these fields and no more."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator

Version = Annotated[str, BeforeValidator(str)]


class MissingRead(BaseModel):
    """A document that the plan asks for."""

    document: str
    article: str
    text_it: str
    text_en: str


class ReasonRead(BaseModel):
    """Why the rules decided so."""

    code: str
    article: str
    text_it: str
    text_en: str


class StepRead(BaseModel):
    """One step of the computation."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class ClaimAdjudicated(BaseModel):
    """rules.claim_adjudicated.v1."""

    claim_id: UUID
    revision: int
    decision_id: UUID
    outcome: Literal["pay", "deny", "pend", "refer"]
    requested_cents: int
    payable_cents: int
    plan_id: str
    plan_version: Version
    plan_hash: str
    missing: list[MissingRead]
    reasons: list[ReasonRead]
    steps: list[StepRead]
    review: str | None


class ArticleRead(BaseModel):
    """One article of a plan."""

    article: str


class PlanPublished(BaseModel):
    """rules.plan_published.v1."""

    plan_id: str
    version: Version
    effective_from: date
    effective_to: date | None
    articles: list[ArticleRead]
    claim_lapse_days: int
    filing_days: int | None = None


class PayoutSent(BaseModel):
    """payouts.payout_sent.v1."""

    payout_id: UUID
    claim_ids: list[UUID]


class PayoutReturned(BaseModel):
    """payouts.payout_returned.v1."""

    payout_id: UUID
    member_id: UUID | None
    iban_last4: str
    reason_code: str
    claim_ids: list[UUID]
