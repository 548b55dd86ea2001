"""What goes in and out over HTTP."""

import re
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictBool
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.it import iva

from booking_api.domain.booking_states import BookingState
from booking_api.domain.facility import Badge
from booking_api.domain.nomenclature import ServiceClass

Cents = Annotated[int, Field(strict=True, gt=0, le=100_000_000, description="Whole euro cents")]
Short = Annotated[str, Field(min_length=1, max_length=200)]
FACILITY_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$")
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ./-]{4,24}$", examples=["+39 333 1234567"])]


def _iban(text: str) -> str:
    try:
        return str(IBAN(text, validate_bban=True))
    except SchwiftyException as error:
        raise ValueError(f"IBAN: {error}") from None


Iban = Annotated[str, Field(max_length=42), AfterValidator(_iban)]


def _vat_number(text: str) -> str:
    if not iva.is_valid(text):
        raise ValueError("Partita IVA: la cifra di controllo non torna")
    return text


VatNumber = Annotated[str, Field(pattern=r"^[0-9]{11}$"), AfterValidator(_vat_number)]


class InputModel(BaseModel):
    """A body that names no field in vain."""

    model_config = ConfigDict(extra="forbid")


class GeoPoint(InputModel):
    """A point, in degrees of WGS 84."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class AgreedServiceIn(InputModel):
    """An agreed price; `valid_to` is the first day on which it no longer holds."""

    service_code: Short
    price_cents: Cents
    valid_from: date
    valid_to: date | None = None


class DoctorIn(InputModel):
    """A doctor, with the codes of the services that the doctor gives here."""

    name: Short
    services: Annotated[list[Short], Field(max_length=200)]


class ParticipationIn(InputModel):
    """The facility takes part in the fund from `valid_from` up to, without, `valid_to` (null: open); with
    `direct: false` the member pays and claims the expense back.
    """

    valid_from: date | None = None
    valid_to: date | None = None
    direct: Annotated[bool, Field(strict=True)] = True


class FacilityIn(InputModel):
    """The whole of a facility's data."""

    facility_id: UUID | None = None
    name: Short
    address: Short
    town: Short
    postal_code: Annotated[str, Field(pattern=r"^[0-9]{5}$")] | None = None
    province: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    geo: GeoPoint | None = None
    phone: Phone | None = None
    iban: Iban
    badge: Badge
    services: Annotated[list[AgreedServiceIn], Field(max_length=2000)]
    doctors: Annotated[list[DoctorIn], Field(max_length=500)] = []
    vat_number: Annotated[
        VatNumber | None,
        Field(description="Partita IVA, of one standing position of the fund; without it the one that is known stays"),
    ] = None
    participation: Annotated[
        ParticipationIn | None, Field(description="Without it what is known stays; at first open and direct")
    ] = None
    campaigns: Annotated[
        list[Short] | None, Field(max_length=100, description="Codes of /v1/campaigns; without it what is known stays")
    ] = None


class ServiceOut(BaseModel):
    """A service that can be booked, with the article of the plan and the class that decides the notice."""

    code: str
    title_it: str
    title_en: str
    article: str
    tariff_code: str | None
    provider_kind: str
    specialty: str | None
    service_class: ServiceClass
    direct: Annotated[bool | None, Field(description="By the plan in force today; null while no plan is known")]
    prescription_required: bool
    per_tooth: Annotated[bool, Field(description="Each unit is a tooth, named by its two digits of the FDI")]


class AgreedServiceOut(BaseModel):
    """A service of a facility with its agreed price."""

    service_code: str
    title_it: str
    title_en: str
    price_cents: int
    valid_from: date
    valid_to: date | None


class DoctorOut(BaseModel):
    """A doctor of a facility."""

    name: str
    services: list[str]


class ParticipationOut(BaseModel):
    """From when up to, without, when the facility takes part (null: open); `direct`: the fund pays it directly."""

    valid_from: date | None
    valid_to: date | None
    direct: bool


class FacilityOut(BaseModel):
    """A facility; `price_cents` is today's price of the service that was searched for, `distance_km` the beeline."""

    facility_id: UUID
    code: str
    name: str
    address: str
    town: str
    postal_code: str | None
    province: str | None
    geo: GeoPoint | None
    phone: str | None
    badge: Badge
    bookable_online: bool
    price_cents: int | None = None
    distance_km: float | None = None
    services: list[AgreedServiceOut]
    doctors: list[DoctorOut]
    participation: ParticipationOut
    campaigns: Annotated[list[str], Field(description="Codes of /v1/campaigns in which the facility takes part")]


class CountedIn(InputModel):
    """So many of a service; in dental care with the teeth in the FDI's two digits, one for each unit."""

    service_code: Short
    quantity: Annotated[int, Field(strict=True, ge=1, le=200)] = 1
    teeth: Annotated[tuple[int, ...], Field(max_length=52)] = ()


class ItemOut(BaseModel):
    """A service of a booking with its agreed price; `amount_cents` is for the whole quantity."""

    service_code: str
    tariff_code: str | None
    title_it: str
    quantity: int
    teeth: list[int]
    unit_price_cents: int
    amount_cents: int


class DifferenceOut(BaseModel):
    """One exact reason why an invoice is not taken as it is.

    `code` is stable: `amount_differs_from_agreed_price`, `line_amount_differs` (with `service_code`),
    `fund_share_differs`, `not_authorised_as_given`, and those that an operation names. Sums are in cents.
    """

    code: str
    text_it: str
    text_en: str
    expected_cents: int | None
    found_cents: int | None
    service_code: str | None


class FreeSlotOut(BaseModel):
    """A free slot."""

    slot_id: UUID
    service_code: str
    starts_at: datetime
    doctor: str | None


class BookingIn(InputModel):
    """A request for a direct booking."""

    person_id: UUID
    facility_id: UUID
    service_code: Short
    doctor: Short | None = None
    appointment_at: AwareDatetime
    phone: Phone
    prescription_document_id: UUID | None = None
    already_agreed: Annotated[StrictBool, Field(description="The appointment is fixed with the facility")]
    slot_id: Annotated[UUID | None, Field(description="A free slot of a facility with the green badge")] = None
    campaign: Annotated[str | None, Field(max_length=40, description="The campaign that the appointment is of")] = None
    items: Annotated[
        tuple[CountedIn, ...],
        Field(max_length=50, description="All services with their counts, where it is more than one `service_code`"),
    ] = ()


class Label(BaseModel):
    """A word in both languages."""

    it: str
    en: str


class BookedFacilityOut(BaseModel):
    """The facility of a booking."""

    facility_id: UUID
    name: str
    address: str


class BookedServiceOut(BaseModel):
    """The service of a booking."""

    code: str
    title_it: str
    title_en: str
    article: str


class ReasonOut(BaseModel):
    """Why, with the article that says so."""

    code: str
    article: str | None
    text_it: str
    text_en: str


class WarningOut(BaseModel):
    """What does not stop the booking and should be seen to."""

    code: str
    text_it: str
    text_en: str


class StepOut(BaseModel):
    """One step from the price to the fund's share."""

    code: str
    article: str | None
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class ClaimPrefill(BaseModel):
    """What is known already of the indirect claim."""

    mode: Literal["indirect"] = "indirect"
    person_id: UUID
    article: str
    service: str


class IndirectClaimOffer(BaseModel):
    """The way that is left: pay, and claim the expense back."""

    href: str
    draft_href: str
    prefill: ClaimPrefill


class LetterOut(BaseModel):
    """The quota letter: the day on which it is sent, and where it is once `issued_at` is set."""

    due_on: date
    issued_at: datetime | None
    href: str | None
    sha256: str | None


class ActionOut(BaseModel):
    """A call that is possible now."""

    name: str
    method: str
    href: str


class NextOut(BaseModel):
    """What comes next, in words, and the calls that the caller can make now."""

    text_it: str
    text_en: str
    actions: list[ActionOut]


class BookingOut(BaseModel):
    """A booking.

    `code` and the shares (which sum to `price_cents`) are there once it is authorised, `letter` with them. `reason`
    says why it was not authorised (`late`, `denied`), `reasons` the articles; `replaced_by` which booking counts
    instead, `replaces`, `renews` and `variation_of` what it comes from. `expires_at` is the last moment of its present
    state. `items` were authorised, `dispensed_items` given; `revision` 2 and above is the decision on what was given in
    part. `differences` are the reasons of `suspended`. `channel` is `portal`, `phone` or `facility`.
    """

    booking_id: UUID
    state: BookingState
    state_label: Label
    member_id: UUID
    person_id: UUID
    person_name: str
    facility: BookedFacilityOut
    service: BookedServiceOut
    doctor: str | None
    appointment_at: datetime
    already_agreed: bool
    channel: str
    requested_at: datetime
    expires_at: datetime
    notice_days: int
    last_day_in_time: date
    first_possible_appointment: date
    reason: str | None
    reasons: list[ReasonOut]
    warnings: list[WarningOut]
    slot_id: UUID | None
    replaces: UUID | None
    replaced_by: UUID | None
    code: str | None
    price_cents: int
    fund_share_cents: int | None
    member_share_cents: int | None
    letter: LetterOut | None
    items: list[ItemOut]
    arrived_at: datetime | None
    dispensed_on: date | None
    dispensed_items: list[ItemOut]
    revision: int
    differences: list[DifferenceOut]
    closed_on: date | None
    paid_on: date | None
    variation_of: UUID | None
    campaign: str | None
    renews: UUID | None
    indirect_claim: IndirectClaimOffer | None
    next: NextOut


class StateChangeOut(BaseModel):
    """One change of state."""

    at: datetime
    from_state: BookingState | None
    to_state: BookingState
    label: Label
    by: str
    reason: str | None


class BookingDetailOut(BookingOut):
    """A booking with its history and the explanation of its shares."""

    phone: str
    prescription_document_id: UUID | None
    decision_id: UUID | None
    explanation: list[StepOut]
    history: list[StateChangeOut]
