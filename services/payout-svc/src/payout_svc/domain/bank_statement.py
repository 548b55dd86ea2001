"""What the bank has booked on the fund's account (ISO 20022 camt.053 and camt.054)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from payout_svc.domain.payout import PayoutState


class StatementKind(StrEnum):
    """A day's account statement, or a notice of single bookings."""

    STATEMENT = "camt.053"
    NOTICE = "camt.054"


class Direction(StrEnum):
    """Whether money left the fund's account or came in."""

    DEBIT = "debit"
    CREDIT = "credit"


class StatementOutcome(StrEnum):
    """What a line did to our payouts."""

    SETTLED = "settled"
    RETURNED = "returned"
    UNCHANGED = "unchanged"
    PENDING = "pending"
    UNMATCHED = "unmatched"


class LineProblem(StrEnum):
    """Why a line is for a person to look at."""

    NO_REFERENCE = "no_reference"
    UNKNOWN_REFERENCE = "unknown_reference"
    NOT_SENT = "not_sent"
    AMOUNT_DIFFERS = "amount_differs"
    NO_PAYMENT_NO_RETURN = "no_payment_no_return"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booking, or one transaction of a booking that holds several.

    Shapes: `reference` is a transfer's end-to-end id or, with `is_batch`, the message id of a whole file.
    Units: cents; `booked_on` is the bank's day; only a `booked` line is final.
    """

    line: int
    direction: Direction
    amount_cents: int
    booked: bool
    booked_on: date | None
    reference: str | None
    is_batch: bool = False
    is_return: bool = False
    reason: str | None = None
    bank_reference: str | None = None

    @property
    def confirms(self) -> bool:
        """Say whether the line is a debit that pays a transfer out."""
        return self.direction is Direction.DEBIT and not self.is_return

    @property
    def gives_back(self) -> bool:
        """Say whether the line brings a transfer's money back."""
        return self.direction is Direction.CREDIT and self.is_return


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A statement as it was read; `accounts` are the IBANs that it speaks of."""

    kind: StatementKind
    message_id: str
    accounts: frozenset[str]
    lines: Sequence[StatementLine]


@dataclass(frozen=True, slots=True)
class StatementTransfer:
    """What a line must agree with: a payout's state and its cents."""

    state: PayoutState
    amount_cents: int


def verdict(line: StatementLine, transfer: StatementTransfer | None) -> StatementOutcome | LineProblem:
    """Return what a booked line of one transfer does, or what is wrong with it."""
    if line.reference is None:
        return LineProblem.NO_REFERENCE
    if transfer is None:
        return LineProblem.UNKNOWN_REFERENCE
    if transfer.state is PayoutState.READY:
        return LineProblem.NOT_SENT
    if not (line.confirms or line.gives_back):
        return LineProblem.NO_PAYMENT_NO_RETURN
    if line.amount_cents != transfer.amount_cents:
        return LineProblem.AMOUNT_DIFFERS
    if line.gives_back:
        return StatementOutcome.UNCHANGED if transfer.state is PayoutState.RETURNED else StatementOutcome.RETURNED
    if transfer.state in {PayoutState.SENT, PayoutState.ACCEPTED}:
        return StatementOutcome.SETTLED
    return StatementOutcome.UNCHANGED


def batch_verdict(line: StatementLine, transfers: Collection[StatementTransfer]) -> StatementOutcome | LineProblem:
    """Return what a booked line of a whole file does; the bank books it with or without what it had rejected."""
    if not transfers:
        return LineProblem.UNKNOWN_REFERENCE
    if not line.confirms:
        return LineProblem.NO_PAYMENT_NO_RETURN
    paid = [transfer for transfer in transfers if transfer.state is not PayoutState.RETURNED]
    if line.amount_cents not in {_sum(paid), _sum(transfers)}:
        return LineProblem.AMOUNT_DIFFERS
    moves = any(transfer.state in {PayoutState.SENT, PayoutState.ACCEPTED} for transfer in transfers)
    return StatementOutcome.SETTLED if moves else StatementOutcome.UNCHANGED


def _sum(transfers: Collection[StatementTransfer]) -> int:
    return sum(transfer.amount_cents for transfer in transfers)
