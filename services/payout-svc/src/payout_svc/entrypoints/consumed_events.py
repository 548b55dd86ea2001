"""The fields that payout-svc reads of other services' events; anything else in them is ignored."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel


class ClaimSettled(BaseModel):
    claim_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    article: str
    requested_cents: int
    payable_cents: int
    settled_on: date


class BookingClosed(BaseModel):
    booking_id: UUID
    code: str
    facility_id: UUID
    facility_name: str
    facility_iban: str
    invoice_number: str
    fund_share_cents: int
    closed_on: date


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


class PlanPayment(BaseModel):
    threshold_cents: int
    strictly_greater: bool
    except_months: list[int]


class PlanPublished(BaseModel):
    plan_id: str
    effective_from: date
    effective_to: date | None
    payment: PlanPayment
