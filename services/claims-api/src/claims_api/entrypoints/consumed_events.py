"""What this service reads of the events of others: these fields and no more."""

from datetime import date, datetime
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
    """Why the rules decided so, and what would make it payable."""

    code: str
    article: str
    text_it: str
    text_en: str
    remedy_it: str = ""
    remedy_en: str = ""


class StepRead(BaseModel):
    """One step of the computation."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class InstalmentRead(BaseModel):
    """One part of a benefit that is paid over years (7.2)."""

    number: int
    due_on: date
    amount_cents: int


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
    instalments: list[InstalmentRead] = []
    gross_of_withholding: bool = False
    requested_eur_cents: int | None = None


class ReviewCounted(BaseModel):
    """rules.review_counted.v1."""

    review_id: UUID
    claim_id: UUID


class ReviewRefused(BaseModel):
    """rules.review_refused.v1."""

    review_id: UUID
    claim_id: UUID
    reasons: list[ReasonRead]


class BookedPersonRead(BaseModel):
    """For whom a direct service is."""

    person_id: UUID


class BookedServiceRead(BaseModel):
    """What was booked."""

    article: str
    service: str
    expense_date: date
    received_on: date
    amount_cents: int


class BookingRequested(BaseModel):
    """bookings.booking_requested.v1."""

    booking_id: UUID
    member_id: UUID
    beneficiary: BookedPersonRead
    request: BookedServiceRead


class BookingAuthorised(BaseModel):
    """bookings.booking_authorised.v1."""

    booking_id: UUID
    member_id: UUID
    code: str
    facility_name: str
    service_title: str
    appointment_at: datetime
    price_cents: int
    fund_share_cents: int


class BookingEnded(BaseModel):
    """bookings.booking_refused.v1 and bookings.booking_cancelled.v1."""

    booking_id: UUID
    member_id: UUID


class BookingClosed(BaseModel):
    """bookings.booking_closed.v1."""

    booking_id: UUID
    member_id: UUID
    code: str
    facility_name: str
    invoice_number: str
    invoice_date: date
    price_cents: int
    fund_share_cents: int
    facility_vat_number: str | None = None
    imported: bool = False


class ArticleRead(BaseModel):
    """One article of a plan."""

    article: str
    branch: Literal["health", "non_health"] = "health"
    title_it: str = ""
    filing_days: int | None = None


class PlanPublished(BaseModel):
    """rules.plan_published.v1."""

    plan_id: str
    version: Version
    effective_from: date
    effective_to: date | None
    articles: list[ArticleRead]
    claim_lapse_days: int
    filing_days: int | None = None


class PlanWithdrawn(BaseModel):
    """rules.plan_withdrawn.v1."""

    plan_id: str
    version: Version


class PayoutHeld(BaseModel):
    """payouts.payout_held.v1."""

    member_id: UUID
    amount_cents: int


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
