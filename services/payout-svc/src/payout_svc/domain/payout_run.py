"""A payout run: its states, and what its dry run has found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from payout_svc.domain.bank_channel import STANDARD_CHANNEL, BankChannel
from payout_svc.domain.errors import PayoutRunStateForbids
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.run_month import RunMonth


class RunState(StrEnum):
    """How far a run has come; `posted` and `filed` are the resting places of an execution that was interrupted."""

    PREPARED = "prepared"
    APPROVED = "approved"
    POSTED = "posted"
    FILED = "filed"
    SENT = "sent"
    SUPERSEDED = "superseded"


TRANSITIONS: Mapping[RunState, frozenset[RunState]] = {
    RunState.PREPARED: frozenset({RunState.APPROVED, RunState.SUPERSEDED}),
    RunState.APPROVED: frozenset({RunState.POSTED, RunState.SUPERSEDED}),
    RunState.POSTED: frozenset({RunState.FILED}),
    RunState.FILED: frozenset({RunState.SENT}),
    RunState.SENT: frozenset(),
    RunState.SUPERSEDED: frozenset(),
}
OPEN_STATES = frozenset(state for state, after in TRANSITIONS.items() if after)
IN_EXECUTION = frozenset({RunState.POSTED, RunState.FILED})


class LineOutcome(StrEnum):
    """What a run does with the balance of one payee."""

    PAY = "pay"
    CARRY = "carry"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class RunTotals:
    """The sums of a dry run, per outcome.

    Units: `*_payees` count payees, `*_cents` are cents.
    """

    paid_payees: int = 0
    paid_cents: int = 0
    carried_payees: int = 0
    carried_cents: int = 0
    held_payees: int = 0
    held_cents: int = 0
    previous_payees: int = 0
    previous_cents: int = 0

    @property
    def payees(self) -> int:
        """Return the number of lines."""
        return self.paid_payees + self.carried_payees + self.held_payees


@dataclass(frozen=True, slots=True)
class FilePart:
    """Which transfers of a run go into which of its files.

    Units: `after_line` is not included, `last_line` is; cents.
    """

    number: int
    after_line: int
    last_line: int
    transfers: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class TransferFile:
    """A bank file as it was stored, frozen by its hash."""

    part: FilePart
    key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PayoutRun:
    """One run of a month.

    Units: `cutoff_on` is the last Rome day whose payables count (included); `minimum_cents` is the smallest member
    balance that is paid; the lines up to `announced_line` are announced; times are aware UTC.
    """

    run_id: UUID
    month: RunMonth
    sequence: int
    state: RunState
    execution_on: date
    cutoff_on: date
    minimum_cents: int
    prepared_by: str
    prepared_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    executed_by: str | None = None
    posted_at: datetime | None = None
    sent_at: datetime | None = None
    announced_line: int = 0
    totals: RunTotals = RunTotals()
    channel: BankChannel = STANDARD_CHANNEL
    files: tuple[TransferFile, ...] = ()

    @property
    def file(self) -> TransferFile | None:
        """Return the run's file when it has just one."""
        return self.files[0] if len(self.files) == 1 else None

    @property
    def announced(self) -> bool:
        """Say whether every line has been gone through."""
        return self.announced_line >= self.totals.payees

    def require(self, target: RunState) -> None:
        """Check that the run may move to a state.

        Raises: PayoutRunStateForbids.
        """
        if target not in TRANSITIONS[self.state]:
            raise PayoutRunStateForbids(
                f"the run is {self.state.value}: it cannot become {target.value}", state=self.state.value
            )


@dataclass(frozen=True, slots=True)
class RunLine:
    """What a run does with one payee's balance.

    Shapes: `reason` is set when the balance is held; `verification` is what the bank said of this name and IBAN.
    """

    line: int
    outcome: LineOutcome
    reason: str | None
    payee_kind: PayeeKind
    payee_id: UUID
    name: str | None
    iban_last4: str | None
    amount_cents: int
    payables: int
    payout_id: UUID | None
    verification: str | None


@dataclass(frozen=True, slots=True)
class LineChange:
    """A difference between the dry run and the balances now; None means that the payee is not there."""

    payee_kind: PayeeKind
    payee_id: UUID
    planned_cents: int | None
    present_cents: int | None
    what: str
