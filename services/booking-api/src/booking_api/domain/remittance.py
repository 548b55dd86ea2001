"""A transfer to a facility (distinta): what it pays, line by line."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class LineKind(StrEnum):
    """What a facility is paid for."""

    BOOKING = "booking"
    IMPORTED_BOOKING = "imported_booking"
    BOOKING_CORRECTION = "booking_correction"


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One line of a remittance, or one that waits for its own.

    Shapes: `source_id` is the review of a correction, else the booking; `code` the authorisation's, of an imported
    booking its number in the other system.
    Units: cents; `due_on` is the day from which the fund owes it.
    """

    kind: LineKind
    source_id: UUID
    booking_id: UUID
    code: str
    invoice_number: str | None
    amount_cents: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Remittance:
    """A transfer to a facility's account.

    Shapes: `month` is that of its statement (2026-11), `return_reason` the bank's code.
    Units: cents.
    """

    payout_id: UUID
    facility_id: UUID
    amount_cents: int
    execution_on: date
    iban_last4: str
    month: str
    booking_ids: tuple[UUID, ...] = ()
    returned_on: date | None = None
    return_reason: str | None = None
