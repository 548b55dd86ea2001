"""What this service reads of the events of others: these fields and no more."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from rules_svc.adapters.case_schema import BeneficiaryData, MemberData, RequestData


class BeneficiaryRead(BeneficiaryData):
    """The person who the service is for."""

    person_id: UUID


class Correction(BaseModel):
    """Why a decided claim comes again."""

    previous_decision_id: UUID | None = None
    reason: str = ""


class ClaimSubmitted(BaseModel):
    """claims.claim_submitted.v1."""

    claim_id: UUID
    revision: int
    member_id: UUID
    member: MemberData
    beneficiary: BeneficiaryRead
    request: RequestData
    correction: Correction | None = None


class ClaimWithdrawn(BaseModel):
    """claims.claim_withdrawn.v1."""

    claim_id: UUID
    revision: int


class ClaimReviewDecided(BaseModel):
    """claims.claim_review_decided.v1."""

    review_id: UUID
    claim_id: UUID
    revision: int
    outcome: str
    payable_cents: int


class BookingRequested(BaseModel):
    """bookings.booking_requested.v1."""

    booking_id: UUID
    revision: int = 1
    member_id: UUID
    member: MemberData
    beneficiary: BeneficiaryRead
    request: RequestData


class BookingReviewGranted(BaseModel):
    """bookings.booking_review_granted.v1."""

    matter_id: UUID
    booking_id: UUID
    granted_cents: int
    delta_cents: int


class BookingEnded(BaseModel):
    """bookings.booking_closed.v1 and bookings.booking_cancelled.v1."""

    booking_id: UUID


class PersonRead(BeneficiaryData):
    """One person of the family."""

    person_id: UUID


class MemberChanged(BaseModel):
    """claims.member_changed.v1."""

    member_id: UUID
    version: int
    category: str
    enrolled_on: date
    hired_on: date | None
    left_on: date | None
    birth_date: date
    persons: list[PersonRead]
    contributions_in_order: bool = True


class InstalmentDue(BaseModel):
    """payouts.instalment_due.v1."""

    instalment_id: UUID
    claim_id: UUID
    decision_id: UUID
    number: int
    due_on: date
