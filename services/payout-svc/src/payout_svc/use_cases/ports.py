"""What the use cases need of the outside."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from kit.events import DomainEvent
from payout_svc.domain.bank_channel import BankChannel
from payout_svc.domain.bank_statement import LineProblem, StatementKind, StatementLine, StatementOutcome
from payout_svc.domain.claim_check import ClaimCheck
from payout_svc.domain.closing import ClosingCheck
from payout_svc.domain.heir_payee import HeirPayee
from payout_svc.domain.instalment import Instalment, InstalmentAnswer
from payout_svc.domain.ledger import EntryKind, LedgerEntry
from payout_svc.domain.payable import Payable
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payee_hold import Hold
from payout_svc.domain.payout import Payout, PayoutState, Transfer
from payout_svc.domain.payout_run import FilePart, LineChange, PayoutRun, TransferFile
from payout_svc.domain.run_month import RunMonth
from payout_svc.domain.settlement import DecidedBooking, DecidedClaim, LedgerReconciliation, Person, Settlement
from payout_svc.domain.verification import VerificationAnswer, VerificationRequest
from payout_svc.domain.withholding import Withheld
from payout_svc.use_cases.tax_ports import TaxParameterStore, TaxStore
from payout_svc.use_cases.terms_port import TermsStore


class PayeeStore(Protocol):
    """Names and IBANs, kept from events; the newest version wins."""

    async def record_member(self, *, member_id: UUID, name: str, left_on: date | None, version: int) -> None: ...
    async def record_bank_account(
        self, *, member_id: UUID, iban: str, holder: str, verified: bool, version: int
    ) -> None: ...
    async def record_heirs(self, heir: HeirPayee) -> None: ...
    async def exists(self, kind: PayeeKind, payee_id: UUID) -> bool: ...
    async def record_facility(self, *, facility_id: UUID, name: str, iban: str, version: int) -> None: ...
    async def hold_ibans(self, payout_ids: Sequence[UUID]) -> None:
        """Hold the payees of these payouts that still have the IBAN to which the payout went."""
        ...


class ChannelStore(Protocol):
    """How the fund's bank takes files."""

    async def current(self) -> BankChannel:
        """Return the channel; a fund that has set none has the standard one."""
        ...

    async def accounts(self) -> Sequence[str]:
        """Return the IBANs from which the fund pays, or has paid."""
        ...

    async def change(self, channel: BankChannel, *, changed_by: str, at: datetime) -> None: ...


class FactStore(Protocol):
    """What other services' events said."""

    def record(self, settlement: Settlement, *, received_at: datetime) -> None: ...
    def record_decision(self, decided: DecidedClaim, *, received_at: datetime) -> None: ...
    async def record_decided_booking(self, decided: DecidedBooking, *, received_at: datetime) -> None: ...
    async def record_reconciliation(self, found: LedgerReconciliation, *, received_at: datetime) -> None: ...
    async def record_persons(self, persons: Sequence[Person], *, member_id: UUID, version: int) -> None: ...


class ClosingStore(Protocol):
    """The sides of a month's money."""

    async def checks(self, month: RunMonth, *, ended: bool, shown: int) -> Sequence[ClosingCheck]: ...
    async def files(self, month: RunMonth) -> Sequence[tuple[UUID, TransferFile]]: ...


class PayableStore(Protocol):
    """What the fund owes."""

    def open(self, payable: Payable, entry: LedgerEntry, *, recorded_at: datetime) -> None:
        """Open a payable with its entry in the ledger; a source that has one already changes nothing."""
        ...

    async def withheld_of(self, claim_id: UUID) -> Withheld:
        """Return what was settled and withheld of a claim and its corrections."""
        ...

    async def claim_for_run(self, run: PayoutRun) -> bool:
        """Put the payables of a run into its payouts; return False when their sums are not the planned ones."""
        ...

    async def reopen(self, payout_ids: Sequence[UUID]) -> None: ...


class InstalmentStore(Protocol):
    """The later instalments of benefits."""

    async def plan(self, instalments: Sequence[Instalment]) -> None: ...
    async def schedule_for_run(self, run: PayoutRun) -> None:
        """Fix the months of the instalments whose first one is in this run."""
        ...

    async def unschedule(self, payout_ids: Sequence[UUID]) -> None:
        """Let instalments wait again for the payment of the first one, which came back."""
        ...

    async def take_due(self, *, today: date, limit: int, at: datetime) -> Sequence[Instalment]:
        """Mark the next due instalments as asked and return them."""
        ...

    async def lock(self, instalment_id: UUID) -> Instalment | None: ...
    async def decide(self, answer: InstalmentAnswer, *, at: datetime) -> None: ...
    async def follow_decision(self, claim_id: UUID, *, decision_id: UUID, still_paid: bool, at: datetime) -> None:
        """Put the waiting instalments of a corrected claim under its new decision, or end them."""
        ...


class HoldStore(Protocol):
    """Who must not be paid yet."""

    async def place(self, hold: Hold) -> bool:
        """Place a hold; return False when an open one of this kind is there."""
        ...

    async def lock(self, hold_id: UUID) -> Hold: ...
    async def lift(self, hold_id: UUID, *, lifted_by: str, reason: str, at: datetime) -> None: ...
    async def lift_deceased(self, member_id: UUID, *, lifted_by: str, at: datetime) -> None: ...


class ClaimCheckStore(Protocol):
    """Checks of claims, which hold what is owed for them."""

    async def record(self, check: ClaimCheck) -> ClaimCheck:
        """Record the end of a check that is told, once; return the check with what it holds now."""
        ...


class HeirStore(Protocol):
    """Whom deceased members' balances are paid to."""

    async def record(self, heir: HeirPayee) -> None: ...
    async def lock(self, heir_id: UUID) -> HeirPayee: ...
    async def approve(self, heir_id: UUID, *, approved_by: str, at: datetime) -> None: ...


class VerificationStore(Protocol):
    """What was asked of banks about payees, by batches."""

    async def request(self, batch_id: UUID, *, requested_by: str, at: datetime) -> int:
        """Make a batch of the payees that nobody has answered about; return how many there are."""
        ...

    async def lock_open(self, batch_id: UUID) -> Mapping[str, VerificationRequest]: ...
    async def references(self, batch_id: UUID) -> Sequence[str]: ...
    async def answer(self, answers: Sequence[VerificationAnswer], *, answered_by: str, at: datetime) -> None: ...


class PayeeVerifier(Protocol):
    """The bank's service that tells whether names and IBANs belong together."""

    def request(self, requests: Sequence[VerificationRequest]) -> bytes: ...
    def answers(self, content: bytes) -> Sequence[VerificationAnswer]: ...


class LedgerStore(Protocol):
    """The append-only ledger."""

    async def post_run(self, run: PayoutRun, *, booked_on: date) -> None: ...
    async def post_settled(self, payout_ids: Sequence[UUID], *, booked_on: date) -> None: ...
    async def reverse(
        self, payout_ids: Sequence[UUID], *, kind: EntryKind, reversal: EntryKind, booked_on: date
    ) -> None: ...


class RunStore(Protocol):
    """Payout runs and the lines of their dry run."""

    async def lock_fund(self) -> None:
        """Let one transaction at a time prepare or post runs of this fund."""
        ...

    async def open_run(self, month: RunMonth) -> PayoutRun | None: ...
    async def next_sequence(self, month: RunMonth) -> int: ...
    async def add(self, run: PayoutRun) -> None: ...
    async def plan(self, run: PayoutRun, *, previous: RunMonth) -> None:
        """Write the lines and totals of the dry run, in one pass over the open balances."""
        ...

    async def get(self, run_id: UUID, *, lock: bool = False) -> PayoutRun: ...
    async def changes(self, run: PayoutRun, *, limit: int) -> tuple[int, Sequence[LineChange]]:
        """Compare the dry run with the balances now; return how many payees differ, and the first of them."""
        ...

    async def supersede(self, run: PayoutRun) -> None: ...
    async def approve(self, run: PayoutRun, *, approved_by: str, at: datetime) -> None: ...
    async def record_posted(self, run: PayoutRun, *, executed_by: str, at: datetime) -> None: ...
    async def file_parts(self, run: PayoutRun) -> Sequence[FilePart]:
        """Divide the payouts of a posted run over its files."""
        ...

    async def record_file(self, run: PayoutRun, file: TransferFile) -> None:
        """Record a stored file; the same number again changes nothing."""
        ...

    async def record_filed(self, run: PayoutRun) -> None: ...
    async def record_announced(self, run: PayoutRun, *, line: int) -> None: ...
    async def record_sent(self, run: PayoutRun, *, at: datetime) -> None: ...
    async def held_members(self, run: PayoutRun) -> Sequence[tuple[UUID, int, str]]:
        """Return member, cents and reason of every member balance that the run holds for the IBAN's sake."""
        ...


@dataclass(frozen=True, slots=True)
class AnsweredPayout:
    """A payout as the bank's answers find it."""

    payout_id: UUID
    state: PayoutState
    amount_cents: int


class PayoutStore(Protocol):
    """The transfers of executed runs."""

    async def create_for_run(self, run: PayoutRun) -> None: ...
    async def transfers(self, run: PayoutRun, *, after_line: int, last_line: int) -> Sequence[Transfer]: ...
    async def announce(self, run: PayoutRun, *, after_line: int, lines: int, at: datetime) -> None:
        """Mark the payouts of these lines as sent, and write their events (PayoutSent) with them."""
        ...

    async def lock_by_reference(self, references: Sequence[str]) -> Mapping[str, AnsweredPayout]: ...
    async def references_of_file(self, message_id: str) -> Sequence[str]: ...
    async def move(self, payout_ids: Sequence[UUID], target: PayoutState, *, at: datetime) -> None: ...
    async def mark_returned(self, reasons: Mapping[UUID, str], *, at: datetime) -> Sequence[Payout]: ...


@dataclass(frozen=True, slots=True)
class UnmatchedAnswer:
    """A status that fits no payout of ours."""

    reference: str
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What a bank report has changed; `replayed` says that it had come before and changed nothing now."""

    report_id: UUID
    message_id: str
    accepted: int
    rejected: int
    unchanged: int
    unmatched: Sequence[UnmatchedAnswer]
    replayed: bool = False


class BankReportStore(Protocol):
    """The bank's reports, each once by the hash of its content."""

    async def lock(self, sha256: str) -> None: ...
    async def find(self, sha256: str) -> ReportResult | None: ...
    async def add(self, result: ReportResult, *, sha256: str, received_by: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A statement's line with what it did; `problem` says why a person must look at it."""

    line: StatementLine
    outcome: StatementOutcome
    problem: LineProblem | None = None


@dataclass(frozen=True, slots=True)
class StatementResult:
    """What a bank statement has changed; the counts are of its lines."""

    statement_id: UUID
    kind: StatementKind
    message_id: str
    settled: int
    returned: int
    unchanged: int
    pending: int
    unmatched: int
    replayed: bool = False


class BankStatementStore(Protocol):
    """The bank's statements, each once by the hash of its content."""

    async def lock(self, sha256: str) -> None: ...
    async def find(self, sha256: str) -> StatementResult | None: ...
    async def add(
        self, result: StatementResult, lines: Sequence[JudgedLine], *, sha256: str, received_by: str, at: datetime
    ) -> None: ...


class Work(Protocol):
    """One open transaction with the stores of this service."""

    @property
    def now(self) -> datetime: ...
    @property
    def payees(self) -> PayeeStore: ...
    @property
    def terms(self) -> TermsStore: ...
    @property
    def channel(self) -> ChannelStore: ...
    @property
    def facts(self) -> FactStore: ...
    @property
    def closing(self) -> ClosingStore: ...
    @property
    def payables(self) -> PayableStore: ...
    @property
    def instalments(self) -> InstalmentStore: ...
    @property
    def holds(self) -> HoldStore: ...
    @property
    def claim_checks(self) -> ClaimCheckStore: ...
    @property
    def heirs(self) -> HeirStore: ...
    @property
    def verifications(self) -> VerificationStore: ...
    @property
    def taxes(self) -> TaxStore: ...
    @property
    def tax_rates(self) -> TaxParameterStore: ...
    @property
    def ledger(self) -> LedgerStore: ...
    @property
    def runs(self) -> RunStore: ...
    @property
    def payouts(self) -> PayoutStore: ...
    @property
    def reports(self) -> BankReportStore: ...
    @property
    def statements(self) -> BankStatementStore: ...

    def publish(self, event: DomainEvent) -> None: ...
    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: Any
    ) -> None: ...


class BeginWork(Protocol):
    """Open the next transaction of a use case that needs several."""

    def __call__(self) -> AbstractAsyncContextManager[Work]: ...


class FileDraft(Protocol):
    """A bank file that is being written, outside any transaction."""

    def add(self, transfers: Sequence[Transfer]) -> None: ...
    async def store(self) -> TransferFile:
        """Finish, check and store the file.

        Raises: TransferFileInvalid.
        """
        ...


class TransferFiles(Protocol):
    """Writes bank files; the same run gives the same bytes."""

    def draft(self, run: PayoutRun, part: FilePart) -> AbstractAsyncContextManager[FileDraft]: ...


class StoredFiles(Protocol):
    """The bank files as they lie in the store."""

    async def hash_of(self, file: TransferFile) -> str | None: ...
