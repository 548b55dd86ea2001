"""Take in what the bank has booked on the fund's account."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id
from payout_svc.domain.bank_statement import (
    BankStatement,
    LineProblem,
    StatementLine,
    StatementOutcome,
    StatementTransfer,
    batch_verdict,
    verdict,
)
from payout_svc.domain.errors import ForeignAccount
from payout_svc.domain.payout import PayoutState
from payout_svc.use_cases.move_payouts import Return, return_payouts, settle_payouts
from payout_svc.use_cases.ports import AnsweredPayout, JudgedLine, StatementResult, Work


async def record_bank_statement(
    tx: Work, *, statement: BankStatement, sha256: str, received_by: str, installed_account: str
) -> StatementResult:
    """Confirm what was debited, open again what came back, and keep every line with what it did.

    The fund's accounts are the installation's and those that its runs were paid from.
    The same content again changes nothing; nor does a second statement that tells the same booking.
    Raises: ForeignAccount.
    """
    if foreign := statement.accounts - {installed_account, *await tx.channel.accounts()}:
        field = FieldError("/Acct/Id/IBAN", "foreign_account", "the statement must be of the fund's own account")
        raise ForeignAccount(f"the statement is of {len(foreign)} accounts that are not the fund's", errors=[field])
    await tx.statements.lock(sha256)
    known = await tx.statements.find(sha256)
    if known is not None:
        return replace(known, replayed=True)
    judge = _Judge(today=rome_date(tx.now))
    await judge.load(tx, statement.lines)
    lines = [judge.judged(line) for line in statement.lines]
    for booked_on, payout_ids in judge.settled.items():
        await settle_payouts(tx, payout_ids, booked_on=booked_on)
    for booked_on, returns in judge.returned.items():
        await return_payouts(tx, returns, booked_on=booked_on)
    result = _result(statement, lines)
    await tx.statements.add(result, lines, sha256=sha256, received_by=received_by, at=tx.now)
    tx.audit(
        "bank_statement_received",
        entity="bank_statement",
        entity_id=result.statement_id,
        returned=result.returned,
        unmatched=result.unmatched,
    )
    return result


def _result(statement: BankStatement, lines: Sequence[JudgedLine]) -> StatementResult:
    counts = Counter(line.outcome for line in lines)
    return StatementResult(
        statement_id=new_id(),
        kind=statement.kind,
        message_id=statement.message_id,
        settled=counts[StatementOutcome.SETTLED],
        returned=counts[StatementOutcome.RETURNED],
        unchanged=counts[StatementOutcome.UNCHANGED],
        pending=counts[StatementOutcome.PENDING],
        unmatched=counts[StatementOutcome.UNMATCHED],
    )


class _Judge:
    """Goes through the lines in their order; each sees what those before it did."""

    def __init__(self, *, today: date) -> None:
        self._today = today
        self._payouts: dict[str, AnsweredPayout] = {}
        self._files: dict[str, Sequence[str]] = {}
        self.settled: dict[date, list[UUID]] = {}
        self.returned: dict[date, dict[UUID, Return]] = {}

    async def load(self, tx: Work, lines: Sequence[StatementLine]) -> None:
        """Lock every payout that the lines may speak of."""
        files = {line.reference for line in lines if line.is_batch and line.reference}
        self._files = {file: await tx.payouts.references_of_file(file) for file in sorted(files)}
        wanted = {line.reference for line in lines if line.reference and not line.is_batch}
        wanted.update(*self._files.values())
        self._payouts = dict(await tx.payouts.lock_by_reference(sorted(wanted)))

    def judged(self, line: StatementLine) -> JudgedLine:
        """Return a line with what it does, and note the moves."""
        if not line.booked:
            return JudgedLine(line, StatementOutcome.PENDING)
        references = self._files[line.reference] if line.is_batch and line.reference else [line.reference or ""]
        found = [self._payouts[reference] for reference in references if reference in self._payouts]
        transfers = [StatementTransfer(payout.state, payout.amount_cents) for payout in found]
        if line.is_batch:
            outcome = batch_verdict(line, transfers)
        else:
            outcome = verdict(line, transfers[0] if transfers else None)
        if isinstance(outcome, LineProblem):
            return JudgedLine(line, StatementOutcome.UNMATCHED, outcome)
        for reference in references:
            self._move(line, outcome, reference)
        return JudgedLine(line, outcome)

    def _move(self, line: StatementLine, outcome: StatementOutcome, reference: str) -> None:
        payout = self._payouts[reference]
        # A bank that gives no date, or a later one, means the day on which we learn of it.
        booked_on = min(line.booked_on or self._today, self._today)
        if outcome is StatementOutcome.SETTLED and payout.state in {PayoutState.SENT, PayoutState.ACCEPTED}:
            self.settled.setdefault(booked_on, []).append(payout.payout_id)
            self._payouts[reference] = replace(payout, state=PayoutState.SETTLED)
        elif outcome is StatementOutcome.RETURNED:
            was_settled = payout.state is PayoutState.SETTLED
            self.returned.setdefault(booked_on, {})[payout.payout_id] = Return(line.reason, settled=was_settled)
            self._payouts[reference] = replace(payout, state=PayoutState.RETURNED)
