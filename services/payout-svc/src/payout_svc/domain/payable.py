"""What the fund owes to one payee for one claim, booking, instalment or correction."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.payee import PayeeKind


class SourceKind(StrEnum):
    """What a payable comes from."""

    CLAIM = "claim"
    BOOKING = "booking"
    INSTALMENT = "instalment"
    CLAIM_CORRECTION = "claim_correction"
    BOOKING_CORRECTION = "booking_correction"


@dataclass(frozen=True, slots=True)
class Payable:
    """A debt of the fund, opened once for its source.

    Units: `amount_cents` is negative only where a correction takes back what was too much, zero only where all of it
    is tax; `due_on` is the Rome day of the settlement or of the closed booking; `claim_id` is set where the source is
    not the claim itself.
    Shapes: `booking_id` and `code` name the booking that a facility is paid for, which another system closed when it is
    `imported`.
    What is withheld is not part of `amount_cents`: both together are the gross amount.
    """

    payable_id: UUID
    payee_kind: PayeeKind
    payee_id: UUID
    source_kind: SourceKind
    source_id: UUID
    reference: str
    article: str | None
    amount_cents: int
    due_on: date
    claim_id: UUID | None = None
    gross_of_withholding: bool = False
    withheld_cents: int = 0
    booking_id: UUID | None = None
    code: str | None = None
    imported: bool = False

    def __post_init__(self) -> None:
        corrects = self.source_kind is SourceKind.CLAIM_CORRECTION and (self.amount_cents, self.withheld_cents) != (
            0,
            0,
        )
        if self.amount_cents <= 0 and not corrects:
            raise ValueError("a payable needs a positive amount")
