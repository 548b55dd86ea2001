"""What goes in and out at a facility's desk."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from booking_api.domain.booking_item import CountedService
from booking_api.domain.booking_states import BookingState
from booking_api.domain.dispensing import Dispensing, PaperKind
from booking_api.domain.invoice import InvoiceLine, ProviderInvoice
from booking_api.entrypoints.http.schemas import Cents, CountedIn, DifferenceOut, InputModel, ItemOut, Label, Short

InvoiceNumber = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S")]


class CodeIn(InputModel):
    """An authorisation code as a member shows it, or the pass that a scanner reads from the QR symbol."""

    code: Annotated[str, Field(min_length=1, max_length=2000, examples=["AUT-7K3M-Q9TX"])]


class InvoiceLineIn(InputModel):
    """One line of the invoice, by the code of the service."""

    service_code: Short
    amount_cents: Cents


class InvoiceIn(InputModel):
    """The facility's invoice; the lines, where there are any, make up the amount.

    `amount_cents` is the whole price that was agreed, the member's share included.
    """

    number: InvoiceNumber
    date: date
    amount_cents: Cents
    fund_share_cents: Annotated[
        int | None, Field(strict=True, ge=0, le=100_000_000, description="What you ask of the fund")
    ] = None
    lines: Annotated[tuple[InvoiceLineIn, ...], Field(max_length=50)] = ()

    def to_domain(self) -> ProviderInvoice:
        lines = tuple(InvoiceLine(one.service_code, one.amount_cents) for one in self.lines)
        return ProviderInvoice(self.number.strip(), self.date, self.amount_cents, self.fund_share_cents, lines)


class DispenseIn(InputModel):
    """What was given, and its invoice.

    Without `items` all that was authorised was given; with less, say `partial`. The invoice may follow later. The day
    (in Italy) is the appointment's or later, not in the future.
    """

    dispensed_on: date
    items: Annotated[tuple[CountedIn, ...], Field(max_length=50)] = ()
    partial: bool = False
    invoice: InvoiceIn | None = None

    def to_domain(self) -> Dispensing:
        given = tuple(CountedService(**one.model_dump()) for one in self.items)
        invoice = self.invoice.to_domain() if self.invoice else None
        return Dispensing(self.dispensed_on, given, self.partial, invoice)


class VariationIn(InputModel):
    """What is done besides ("fatta anche…")."""

    service_code: Short
    items: Annotated[tuple[CountedIn, ...], Field(max_length=50)] = ()
    doctor: Short | None = None


class PreviousBookingOut(BaseModel):
    """What this facility gave the same person before under the same article, with the teeth."""

    booking_id: UUID
    code: str
    state: BookingState
    dispensed_on: date | None
    items: list[ItemOut]


class ImportedBookingOut(BaseModel):
    """What this facility gave the same person before, in the system that the fund comes from."""

    foreign_id: str
    service_code: str
    dispensed_on: date | None
    teeth: list[int]


class VerifiedBookingOut(BaseModel):
    """What a facility's desk needs to know of a code, and no more; `previous` only in dental care.

    With `valid` false the service must not be given: `state` says why. Collect `member_share_cents`. `valid_until` is
    the last moment to dispense; `prescription_on_file` says that the fund has the prescription.
    """

    booking_id: UUID
    code: str
    valid: bool
    state: BookingState
    state_label: Label
    person_name: str
    service_code: str
    service_title: str
    doctor: str | None
    appointment_at: datetime
    arrived_at: datetime | None
    valid_until: datetime
    prescription_on_file: bool
    price_cents: int
    member_share_cents: int
    items: list[ItemOut]
    previous: list[PreviousBookingOut]
    previous_imported: list[ImportedBookingOut]


class InvoiceableOut(BaseModel):
    """A dispensed booking that waits for its invoice: invoice `price_cents`, name it by its `code`."""

    booking_id: UUID
    code: str
    person_name: str
    dispensed_on: date
    price_cents: int
    fund_share_cents: Annotated[int | None, Field(description="null while what was given in part is being decided")]
    member_share_cents: int | None
    items: list[ItemOut]


class InvoicePartIn(InputModel):
    """The invoice's part about one booking, named by its code instead of by the patient."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    amount_cents: Cents
    fund_share_cents: Annotated[int | None, Field(strict=True, ge=0, le=100_000_000)] = None


class NewInvoice(InputModel):
    """One invoice over several dispensed bookings; the parts make up the amount. A number serves once in a year."""

    number: InvoiceNumber
    date: date
    amount_cents: Cents
    parts: Annotated[list[InvoicePartIn], Field(min_length=1, max_length=200)]


class InvoicePartOut(BaseModel):
    """What came of one part: closed, or suspended with the exact reasons."""

    code: str
    booking_id: UUID
    state: BookingState
    differences: list[DifferenceOut]


class InvoiceOut(BaseModel):
    """An invoice with the findings on each part."""

    number: str
    date: date
    amount_cents: int
    parts: list[InvoicePartOut]


class PaperOut(BaseModel):
    """A paper of a booking."""

    paper_id: UUID
    booking_id: UUID
    kind: PaperKind
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_at: datetime
