"""The events of others that this service reads, with only the fields that it reads.

What a template needs is kept with the message, and nothing else: names of services, reasons and articles tell about
health and stay where they are.
"""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ContactChanged(_Event):
    member_id: UUID
    version: int
    first_name: str
    last_name: str
    email: str
    language: str


class MemberChanged(_Event):
    member_id: UUID
    version: int
    first_name: str
    last_name: str
    language: str


class MissingDocument(_Event):
    document: str


class ClaimSuspended(_Event):
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    suspended_on: date
    lapses_on: date
    missing: list[MissingDocument]


class ClaimSettled(_Event):
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    requested_cents: int
    payable_cents: int
    settled_on: date


class ClaimRejected(_Event):
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    rejected_on: date


class ClaimCorrected(_Event):
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    previous_cents: int
    payable_cents: int
    delta_cents: int
    corrected_on: date


class CheckUpOrdered(_Event):
    visit_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    due_on: date
    visit_at: datetime | None
    place: str | None


class FilingConsentChanged(_Event):
    member_id: UUID
    state: str
    helper: str
    way: str
    given_on: date
    changed_on: date


class ReviewAnswered(_Event):
    claim_id: UUID
    case_id: UUID
    case_number: str
    member_id: UUID
    outcome: Literal["confirmed", "corrected"]
    answered_on: date


class InstalmentDecided(_Event):
    claim_id: UUID
    member_id: UUID
    number: int
    outcome: Literal["pay", "lapse"]


class ClaimSubmitted(_Event):
    claim_id: UUID


class BookingAuthorised(_Event):
    booking_id: UUID
    code: str
    member_id: UUID
    person_name: str
    facility_name: str
    facility_address: str
    appointment_at: datetime
    member_share_cents: int


class BookingRefused(_Event):
    booking_id: UUID
    member_id: UUID
    person_name: str
    facility_name: str
    appointment_at: datetime
    reason: Literal["late", "denied"]
    last_day_in_time: date | None = None


class QuotaLetterReady(_Event):
    booking_id: UUID
    code: str
    member_id: UUID
    person_name: str
    facility_name: str
    facility_address: str
    appointment_at: datetime
    member_share_cents: int
    document_key: str
    document_sha256: str


class BookingEnded(_Event):
    """The appointment is over or will not be: dispensed, closed or cancelled."""

    booking_id: UUID


class BankAccountChanged(_Event):
    member_id: UUID


class PayoutSent(_Event):
    payout_id: UUID
    payee: Literal["member", "facility"]
    member_id: UUID | None = None
    amount_cents: int
    iban_last4: str
    execution_on: date
    claim_ids: list[UUID]


class PayoutReturned(_Event):
    payout_id: UUID
    payee: Literal["member", "facility"]
    member_id: UUID | None = None
    amount_cents: int
    iban_last4: str
    reason_it: str
    reason_en: str


class PayoutHeld(_Event):
    member_id: UUID
    amount_cents: int
    reason: Literal["iban_missing", "iban_rejected", "iban_unverified", "iban_mismatch"]
