"""Take in the bank's answer to a file of transfers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kit.clock import rome_date
from kit.ids import new_id
from payout_svc.domain.bank_answer import AnswerScope, BankAnswer, StatusReport, target_state
from payout_svc.domain.payout import TRANSITIONS, PayoutState
from payout_svc.use_cases.move_payouts import Return, return_payouts, settle_payouts
from payout_svc.use_cases.ports import AnsweredPayout, ReportResult, UnmatchedAnswer, Work


async def record_bank_report(tx: Work, *, report: StatusReport, sha256: str, received_by: str) -> ReportResult:
    """Move the answered payouts on; what the bank rejects is open again. The same content again changes nothing.

    Raises: UnknownBankStatus.
    """
    await tx.reports.lock(sha256)
    known = await tx.reports.find(sha256)
    if known is not None:
        return replace(known, replayed=True)
    answers = await _spread_over_file(tx, report.answers)
    payouts = await tx.payouts.lock_by_reference(list(answers))
    unmatched = [
        UnmatchedAnswer(answer.reference, answer.status, answer.reason)
        for reference, answer in answers.items()
        if reference not in payouts or payouts[reference].state is PayoutState.READY
    ]
    moves = _moves(answers, payouts)
    await _move(tx, moves)
    accepted = len(moves[PayoutState.ACCEPTED]) + len(moves[PayoutState.SETTLED])
    rejected = len(moves[PayoutState.RETURNED])
    result = ReportResult(
        report_id=new_id(),
        message_id=report.message_id,
        accepted=accepted,
        rejected=rejected,
        unchanged=len(answers) - accepted - rejected - len(unmatched),
        unmatched=unmatched,
    )
    await tx.reports.add(result, sha256=sha256, received_by=received_by, at=tx.now)
    tx.audit("bank_report_received", entity="bank_report", entity_id=result.report_id, rejected=rejected)
    return result


async def _spread_over_file(tx: Work, answers: Sequence[BankAnswer]) -> dict[str, BankAnswer]:
    """Give every transfer its own answer: what is said of a file holds for the transfers that are not listed."""
    own = {a.reference: a for a in answers if a.scope is AnswerScope.TRANSFER}
    spread: dict[str, BankAnswer] = {}
    for answer in answers:
        if answer.scope is AnswerScope.FILE and target_state(answer) is not None:
            references = await tx.payouts.references_of_file(answer.reference)
            spread |= {reference: replace(answer, reference=reference) for reference in references}
            if not references:
                spread[answer.reference] = answer
    return spread | own


def _moves(
    answers: Mapping[str, BankAnswer], payouts: Mapping[str, AnsweredPayout]
) -> dict[PayoutState, dict[UUID, tuple[BankAnswer, PayoutState]]]:
    """Sort the answers by the state to which they move a payout, leaving out those that move nothing."""
    moves: dict[PayoutState, dict[UUID, tuple[BankAnswer, PayoutState]]] = {state: {} for state in PayoutState}
    for reference, answer in answers.items():
        target = target_state(answer)
        payout = payouts.get(reference)
        if payout is None or target is None or payout.state is PayoutState.READY:
            continue
        if target in TRANSITIONS[payout.state]:
            moves[target][payout.payout_id] = (answer, payout.state)
    return moves


async def _move(tx: Work, moves: Mapping[PayoutState, Mapping[UUID, tuple[BankAnswer, PayoutState]]]) -> None:
    today = rome_date(tx.now)
    if moves[PayoutState.ACCEPTED]:
        await tx.payouts.move(list(moves[PayoutState.ACCEPTED]), PayoutState.ACCEPTED, at=tx.now)
    await settle_payouts(tx, list(moves[PayoutState.SETTLED]), booked_on=today)
    returns = {
        payout_id: Return(answer.reason, settled=state is PayoutState.SETTLED)
        for payout_id, (answer, state) in moves[PayoutState.RETURNED].items()
    }
    await return_payouts(tx, returns, booked_on=today)
