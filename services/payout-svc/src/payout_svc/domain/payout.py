"""One transfer to one payee: its states and its identity at the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.payee import PayeeKind


class PayoutState(StrEnum):
    """Where a transfer stands; the bank's answers move it on from `sent`."""

    READY = "ready"
    SENT = "sent"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    RETURNED = "returned"


TRANSITIONS: Mapping[PayoutState, frozenset[PayoutState]] = {
    PayoutState.READY: frozenset({PayoutState.SENT}),
    PayoutState.SENT: frozenset({PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.RETURNED}),
    PayoutState.ACCEPTED: frozenset({PayoutState.SETTLED, PayoutState.RETURNED}),
    # A settled transfer comes back when the beneficiary's bank returns the money later.
    PayoutState.SETTLED: frozenset({PayoutState.RETURNED}),
    PayoutState.RETURNED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the bank file needs of one payout.

    Units: cents; `payables` counts the settled claims or invoices that the transfer pays.
    """

    line: int
    end_to_end_id: str
    payee_kind: PayeeKind
    name: str
    iban: str
    amount_cents: int
    payables: int


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout with what it pays, as events and lists need it."""

    payout_id: UUID
    run_id: UUID
    payee_kind: PayeeKind
    payee_id: UUID
    amount_cents: int
    iban: str
    execution_on: date
    claim_ids: tuple[UUID, ...]
    booking_ids: tuple[UUID, ...]

    @property
    def iban_last4(self) -> str:
        """Return the part of the IBAN that may be shown."""
        return self.iban[-4:]

    @property
    def member_id(self) -> UUID | None:
        """Return the member, when the payee is one."""
        return self.payee_id if self.payee_kind is PayeeKind.MEMBER else None

    @property
    def facility_id(self) -> UUID | None:
        """Return the facility, when the payee is one."""
        return self.payee_id if self.payee_kind is PayeeKind.FACILITY else None


def end_to_end_id(payout_id: UUID) -> str:
    """Return the reference that comes back in every answer of the bank (34 of 35 characters)."""
    return f"MP{payout_id.hex}"


def message_id(run_id: UUID, number: int = 1) -> str:
    """Return the reference of a run's file at the bank (at most 35 characters).

    The first file has `R`, later ones their number of two digits: 32 of the 35 characters are the run's own.
    """
    return f"MR{run_id.hex}" if number == 1 else f"M{number:02d}{run_id.hex}"
