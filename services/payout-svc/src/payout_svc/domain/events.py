"""What payout-svc publishes."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line of a transfer to a facility: a booking, one that another system closed, or what a review has added.

    Shapes: `kind` is `booking`, `imported_booking` or `booking_correction`; `source_id` is the matter of a correction,
    else the booking; `code` is the authorisation's, or the number in the other system. A correction has the invoice of
    its booking.
    Units: cents; `due_on` is the Italian day from which the fund owed it.
    """

    kind: str
    source_id: UUID
    booking_id: UUID
    code: str | None
    invoice_number: str | None
    amount_cents: int
    due_on: date


@dataclass(frozen=True, slots=True)
class PayoutSent:
    """A transfer went into the bank file of an executed run.

    Shapes: `month` (2026-11) is that of the run and of the payee's statement; `lines` are those of a facility's
    transfer and sum to `amount_cents`; a member's transfer has none.
    """

    TYPE: ClassVar[str] = "payouts.payout_sent.v1"

    payout_id: UUID
    run_id: UUID
    month: str
    payee: str
    member_id: UUID | None
    facility_id: UUID | None
    amount_cents: int
    iban_last4: str
    execution_on: date
    claim_ids: tuple[UUID, ...]
    booking_ids: tuple[UUID, ...]
    lines: tuple[PaidLine, ...]

    @property
    def subject(self) -> str:
        """Return the payout's id."""
        return str(self.payout_id)


@dataclass(frozen=True, slots=True)
class PayoutReturned:
    """The bank rejected or returned a transfer; its amount is open again."""

    TYPE: ClassVar[str] = "payouts.payout_returned.v1"

    payout_id: UUID
    run_id: UUID
    payee: str
    member_id: UUID | None
    facility_id: UUID | None
    amount_cents: int
    iban_last4: str
    reason_code: str
    reason_it: str
    reason_en: str
    claim_ids: tuple[UUID, ...]
    booking_ids: tuple[UUID, ...]

    @property
    def subject(self) -> str:
        """Return the payout's id."""
        return str(self.payout_id)


@dataclass(frozen=True, slots=True)
class InstalmentDue:
    """The month of an instalment has come: the rules look at it again before it is paid."""

    TYPE: ClassVar[str] = "payouts.instalment_due.v1"

    instalment_id: UUID
    claim_id: UUID
    case_id: UUID
    decision_id: UUID
    member_id: UUID
    person_id: UUID
    article: str
    number: int
    due_on: date
    amount_cents: int

    @property
    def subject(self) -> str:
        """Return the instalment's id."""
        return str(self.instalment_id)


@dataclass(frozen=True, slots=True)
class PayoutHeld:
    """A run could not pay a member's balance."""

    TYPE: ClassVar[str] = "payouts.payout_held.v1"

    member_id: UUID
    amount_cents: int
    reason: str

    @property
    def subject(self) -> str:
        """Return the member's id."""
        return str(self.member_id)
