"""The fields that payout-svc reads of other services' events; anything else in them is ignored."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, PositiveInt


class DecidedInstalment(BaseModel):
    number: int
    due_on: date
    amount_cents: int


class ClaimSettled(BaseModel):
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    article: str
    requested_cents: int
    payable_cents: int
    decision_id: UUID
    settled_on: date
    instalments: list[DecidedInstalment] = []
    gross_of_withholding: bool = False


class ClaimAdjudicated(BaseModel):
    claim_id: UUID
    revision: int
    outcome: str
    payable_cents: int


class ReviewCounted(BaseModel):
    claim_id: UUID
    revision: int
    payable_cents: int


class BookingAdjudicated(BaseModel):
    booking_id: UUID
    revision: int = 1
    outcome: str
    fund_share_cents: int


class BookingReviewCounted(BaseModel):
    matter_id: UUID
    delta_cents: int


class DecidedTotal(BaseModel):
    kind: str
    on: date
    decisions: int
    payable_cents: int


class LedgerDifference(BaseModel):
    check: str
    id: str
    expected: int | None
    actual: int | None


class LedgerReconciled(BaseModel):
    month: date
    through_on: date
    reconciled_at: AwareDatetime
    totals: list[DecidedTotal]
    differing: int
    differences: list[LedgerDifference]


class ClaimCorrected(BaseModel):
    claim_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    article: str
    decision_id: UUID
    payable_cents: int
    delta_cents: int
    corrected_on: date
    gross_of_withholding: bool = False


class DecisionReason(BaseModel):
    code: str
    text_it: str
    text_en: str


class InstalmentDecided(BaseModel):
    instalment_id: UUID
    outcome: Literal["pay", "lapse"]
    payable_cents: int
    plan_version: str
    reasons: list[DecisionReason]
    gross_of_withholding: bool = False


class BookingClosed(BaseModel):
    booking_id: UUID
    code: str
    facility_id: UUID
    facility_name: str
    facility_iban: str
    invoice_number: str
    fund_share_cents: int
    closed_on: date
    imported: bool = False


class BookingCorrected(BaseModel):
    booking_id: UUID
    code: str
    facility_id: UUID
    facility_name: str
    facility_iban: str
    matter_id: UUID
    # A review only adds: nothing is taken back from a facility.
    delta_cents: PositiveInt
    corrected_on: date


class MemberPerson(BaseModel):
    person_id: UUID
    first_name: str
    last_name: str
    fiscal_code: str


class MemberChanged(BaseModel):
    member_id: UUID
    version: int
    first_name: str
    last_name: str
    left_on: date | None
    persons: list[MemberPerson]


class BankAccountChanged(BaseModel):
    member_id: UUID
    version: int
    iban: str
    holder: str
    verified: bool = True


class PlanPayment(BaseModel):
    threshold_cents: int
    strictly_greater: bool
    except_months: list[int]


class PlanPublished(BaseModel):
    plan_id: str
    effective_from: date
    effective_to: date | None
    payment: PlanPayment


class PlanWithdrawn(BaseModel):
    plan_id: str
    effective_from: date
