"""What this service publishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from booking_api.domain.decision import Reason
from booking_api.domain.member import MemberFacts


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The person who is to be treated, at the moment of the request."""

    person_id: UUID
    relation: str
    birth_date: date
    disabled_104: bool
    fiscally_dependent: bool | None


@dataclass(frozen=True, slots=True)
class RequestItem:
    """One row of a tariff; cents for the whole quantity."""

    article: str | None
    code: str | None
    quantity: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Provider:
    """Who gives the service."""

    kind: str
    specialty: str | None


@dataclass(frozen=True, slots=True)
class DirectRequest:
    """The request as the plan's rules read it.

    Units: `amount_cents` is the agreed price; `expense_date` the day of the appointment in Italy.
    """

    mode: str
    article: str
    expense_date: date
    received_on: date
    channel: str
    amount_cents: int
    currency: str
    quantity: int
    items: tuple[RequestItem, ...]
    ssn_ticket: bool
    stamp_duty_cents: int
    other_fund_refund_cents: int
    provider: Provider
    service: str
    documents: tuple[str, ...]
    extra: Mapping[str, str | int | bool]


class _AboutBooking:
    """An event whose subject is its booking."""

    __slots__ = ()

    booking_id: UUID

    @property
    def subject(self) -> str:
        """Return the booking's id."""
        return str(self.booking_id)


@dataclass(frozen=True, slots=True)
class BookingRequested(_AboutBooking):
    """A booking came in time and asks for its decision; what was given of it, when less, under a higher revision."""

    TYPE: ClassVar[str] = "bookings.booking_requested.v1"
    booking_id: UUID
    member_id: UUID
    member: MemberFacts
    beneficiary: Beneficiary
    request: DirectRequest
    revision: int = 1


@dataclass(frozen=True, slots=True)
class BookingAuthorised(_AboutBooking):
    """The fund takes the booking in charge."""

    TYPE: ClassVar[str] = "bookings.booking_authorised.v1"
    booking_id: UUID
    code: str
    member_id: UUID
    person_id: UUID
    person_name: str
    facility_id: UUID
    facility_name: str
    facility_address: str
    service_title: str
    appointment_at: datetime
    price_cents: int
    fund_share_cents: int
    member_share_cents: int


@dataclass(frozen=True, slots=True)
class BookingRefused(_AboutBooking):
    """The booking cannot be made in direct mode.

    Shapes: `reason` is `late` or `denied`; `last_day_in_time` is set for `late`.
    """

    TYPE: ClassVar[str] = "bookings.booking_refused.v1"
    booking_id: UUID
    member_id: UUID
    person_name: str
    facility_name: str
    service_title: str
    appointment_at: datetime
    reason: str
    last_day_in_time: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class QuotaLetterReady(_AboutBooking):
    """The PDF with the member's share lies in the document store."""

    TYPE: ClassVar[str] = "bookings.quota_letter_ready.v1"
    booking_id: UUID
    code: str
    member_id: UUID
    person_name: str
    facility_name: str
    facility_address: str
    service_title: str
    appointment_at: datetime
    member_share_cents: int
    document_key: str
    document_sha256: str


@dataclass(frozen=True, slots=True)
class BookingDispensed(_AboutBooking):
    """The facility gave the service."""

    TYPE: ClassVar[str] = "bookings.booking_dispensed.v1"
    booking_id: UUID
    facility_id: UUID
    dispensed_on: date


@dataclass(frozen=True, slots=True)
class BookingClosed(_AboutBooking):
    """The facility's invoice is accepted: the fund owes its share to the facility.

    Shapes: `imported` when another system closed it: the rules have never decided it here.
    """

    TYPE: ClassVar[str] = "bookings.booking_closed.v1"
    booking_id: UUID
    code: str
    facility_id: UUID
    facility_name: str
    facility_iban: str
    member_id: UUID
    invoice_number: str
    invoice_date: date
    price_cents: int
    fund_share_cents: int
    member_share_cents: int
    closed_on: date
    imported: bool = False
    facility_vat_number: str | None = None


@dataclass(frozen=True, slots=True)
class BookingReviewGranted(_AboutBooking):
    """Two persons granted more for a closed booking; nothing is owed before the rules have counted it in the limits.

    Units: `granted_cents` would be the fund's whole share, `delta_cents` what it is above the previous one.
    """

    TYPE: ClassVar[str] = "bookings.booking_review_granted.v1"
    matter_id: UUID
    booking_id: UUID
    member_id: UUID
    person_id: UUID
    article: str
    previous_cents: int
    granted_cents: int
    delta_cents: int


@dataclass(frozen=True, slots=True)
class BookingCorrected(_AboutBooking):
    """A review has granted more for a closed booking: the fund owes the difference to the facility, once a matter.

    Units: `payable_cents` is the fund's whole share from now on, `delta_cents` what it is above the previous one.
    """

    TYPE: ClassVar[str] = "bookings.booking_corrected.v1"
    booking_id: UUID
    code: str
    facility_id: UUID
    facility_name: str
    facility_iban: str
    member_id: UUID
    matter_id: UUID
    previous_cents: int
    payable_cents: int
    delta_cents: int
    corrected_on: date


@dataclass(frozen=True, slots=True)
class BookingCancelled(_AboutBooking):
    """The booking will not take place; what was reserved is free again.

    Shapes: `reason` is `cancelled`, `expired`, or `replaced` by another booking that asks for its own decision.
    """

    TYPE: ClassVar[str] = "bookings.booking_cancelled.v1"
    booking_id: UUID
    member_id: UUID
    cancelled_on: date
    reason: str
