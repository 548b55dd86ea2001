"""What the fund owes to one payee for one claim or one booking."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.payee import PayeeKind


class SourceKind(StrEnum):
    """What a payable comes from."""

    CLAIM = "claim"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class Payable:
    """A debt of the fund, opened once for its source.

    Units: `amount_cents` is positive; `due_on` is the Rome day of the settlement or of the closed booking.
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

    def __post_init__(self) -> None:
        if self.amount_cents <= 0:
            raise ValueError("a payable needs a positive amount")
