"""What this service reads of the events of others: only these fields."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator

from booking_api.domain.decision import Outcome
from booking_api.domain.remittance import LineKind


class FamilyPerson(BaseModel):
    person_id: UUID
    relation: str
    first_name: str
    last_name: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None
    valid_from: date
    valid_to: date | None


class MemberChanged(BaseModel):
    member_id: UUID
    version: int
    birth_date: date
    category: str
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    persons: list[FamilyPerson]


class PlanArticle(BaseModel):
    article: str
    modes: list[str]


class PlanPublished(BaseModel):
    plan_id: str
    version: Annotated[str, BeforeValidator(str)]
    effective_from: date
    effective_to: date | None
    articles: list[PlanArticle]
    notice_days: dict[str, int]


class PlanWithdrawn(BaseModel):
    plan_id: str
    version: Annotated[str, BeforeValidator(str)]


class PaidLine(BaseModel):
    kind: LineKind
    source_id: UUID
    booking_id: UUID
    # A payable from before it was told by its code.
    code: str | None
    invoice_number: str | None
    amount_cents: int
    due_on: date


class PayoutSent(BaseModel):
    payout_id: UUID
    facility_id: UUID | None
    amount_cents: int
    iban_last4: str
    execution_on: date
    booking_ids: list[UUID]
    month: str | None = None
    lines: list[PaidLine] | None = None


class PayoutReturned(BaseModel):
    payout_id: UUID
    reason_code: str
    booking_ids: list[UUID]


class AdjudicatedReason(BaseModel):
    code: str
    article: str | None = None
    text_it: str
    text_en: str


class AdjudicatedStep(BaseModel):
    code: str
    article: str | None = None
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class BookingReviewCounted(BaseModel):
    matter_id: UUID
    granted_cents: int


class BookingReviewRefused(BaseModel):
    matter_id: UUID
    granted_cents: int
    limit: str
    most_cents: int
    reasons: list[AdjudicatedReason]


class BookingAdjudicated(BaseModel):
    booking_id: UUID
    revision: int = 1
    decision_id: UUID
    outcome: Outcome
    price_cents: int
    fund_share_cents: int
    member_share_cents: int
    reasons: list[AdjudicatedReason]
    steps: list[AdjudicatedStep]
