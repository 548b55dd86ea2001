"""Double-entry bookkeeping: accounts and balanced entries. A debit is positive, a credit negative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.errors import UnbalancedEntry
from payout_svc.domain.payable import Payable, SourceKind
from payout_svc.domain.payee import PayeeKind

MEMBER_PAYABLE = "payable:member"
FACILITY_PAYABLE = "payable:facility"
BANK_CLEARING = "bank:clearing"
BANK_ACCOUNT = "bank:account"
WITHHOLDING = "tax:withholding"
DIRECT_EXPENSE = "expense:direct"


class EntryKind(StrEnum):
    """What an entry records; together with its source it is unique."""

    CLAIM_SETTLED = "claim_settled"
    BOOKING_CLOSED = "booking_closed"
    INSTALMENT_DUE = "instalment_due"
    CLAIM_CORRECTED = "claim_corrected"
    BOOKING_CORRECTED = "booking_corrected"
    PAYOUT_EXECUTED = "payout_executed"
    PAYOUT_SETTLED = "payout_settled"
    PAYOUT_RETURNED = "payout_returned"
    SETTLEMENT_RETURNED = "settlement_returned"


OPENING_KINDS: Mapping[SourceKind, EntryKind] = {
    SourceKind.CLAIM: EntryKind.CLAIM_SETTLED,
    SourceKind.BOOKING: EntryKind.BOOKING_CLOSED,
    SourceKind.INSTALMENT: EntryKind.INSTALMENT_DUE,
    SourceKind.CLAIM_CORRECTION: EntryKind.CLAIM_CORRECTED,
    SourceKind.BOOKING_CORRECTION: EntryKind.BOOKING_CORRECTED,
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry; `party_id` is the member or facility of a payable account."""

    account: str
    amount_cents: int
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A transaction of the ledger; its postings sum to zero.

    Raises: UnbalancedEntry.
    """

    kind: EntryKind
    source_id: UUID
    booked_on: date
    postings: Sequence[Posting]

    def __post_init__(self) -> None:
        if len(self.postings) < 2 or sum(p.amount_cents for p in self.postings) != 0:  # noqa: PLR2004 (two sides)
            raise UnbalancedEntry("the postings of an entry must sum to zero")


def payable_account(kind: PayeeKind) -> str:
    """Return the account of what the fund owes to that kind of payee."""
    return MEMBER_PAYABLE if kind is PayeeKind.MEMBER else FACILITY_PAYABLE


def expense_account(payable: Payable) -> str:
    """Return the expense account: the article's group, or one account for direct bookings."""
    if payable.source_kind is SourceKind.BOOKING or payable.article is None:
        return DIRECT_EXPENSE
    return f"expense:{payable.article.split('.')[0]}"


def payable_opened(payable: Payable) -> LedgerEntry:
    """Make the entry of a new payable: expense to payable, the other way round where money is taken back."""
    owed = Posting(payable_account(payable.payee_kind), -payable.amount_cents, payable.payee_id)
    kept = Posting(WITHHOLDING, -payable.withheld_cents)
    return LedgerEntry(
        kind=OPENING_KINDS[payable.source_kind],
        source_id=payable.source_id,
        booked_on=payable.due_on,
        postings=(
            Posting(expense_account(payable), payable.amount_cents + payable.withheld_cents),
            *(one for one in (owed, kept) if one.amount_cents),
        ),
    )
