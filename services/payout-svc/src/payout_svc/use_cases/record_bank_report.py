"""Take in the bank's answer to a file of transfers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kit.clock import rome_date
from kit.ids import new_id
from payout_svc.domain.bank_answer import AnswerScope, BankAnswer, StatusReport, target_state
from payout_svc.domain.events import PayoutReturned
from payout_svc.domain.ledger import EntryKind
from payout_svc.domain.payout import TRANSITIONS, Payout, PayoutState
from payout_svc.domain.return_reasons import return_reason
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
    await _accept(tx, moves)
    await _return(tx, moves[PayoutState.RETURNED])
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


async def _accept(tx: Work, moves: Mapping[PayoutState, Mapping[UUID, object]]) -> None:
    for target in (PayoutState.ACCEPTED, PayoutState.SETTLED):
        if moves[target]:
            await tx.payouts.move(list(moves[target]), target, at=tx.now)
    if moves[PayoutState.SETTLED]:
        await tx.ledger.post_settled(list(moves[PayoutState.SETTLED]), booked_on=rome_date(tx.now))


async def _return(tx: Work, moves: Mapping[UUID, tuple[BankAnswer, PayoutState]]) -> None:
    """Reverse the postings, open the payables again, hold the IBANs and tell the payees."""
    if not moves:
        return
    today = rome_date(tx.now)
    reasons = {payout_id: return_reason(answer.reason) for payout_id, (answer, _) in moves.items()}
    settled = [payout_id for payout_id, (_, state) in moves.items() if state is PayoutState.SETTLED]
    if settled:
        await tx.ledger.reverse(
            settled, kind=EntryKind.PAYOUT_SETTLED, reversal=EntryKind.SETTLEMENT_RETURNED, booked_on=today
        )
    await tx.ledger.reverse(
        list(moves), kind=EntryKind.PAYOUT_EXECUTED, reversal=EntryKind.PAYOUT_RETURNED, booked_on=today
    )
    codes = {payout_id: reason.code for payout_id, reason in reasons.items()}
    payouts = await tx.payouts.mark_returned(codes, at=tx.now)
    await tx.payables.reopen(list(moves))
    await tx.payees.hold_ibans([payout_id for payout_id, reason in reasons.items() if reason.holds_iban])
    for payout in payouts:
        tx.publish(_returned(payout, codes[payout.payout_id]))


def _returned(payout: Payout, code: str) -> PayoutReturned:
    reason = return_reason(code)
    return PayoutReturned(
        payout_id=payout.payout_id,
        run_id=payout.run_id,
        payee=payout.payee_kind.value,
        member_id=payout.member_id,
        facility_id=payout.facility_id,
        amount_cents=payout.amount_cents,
        iban_last4=payout.iban_last4,
        reason_code=reason.code,
        reason_it=reason.text_it,
        reason_en=reason.text_en,
        claim_ids=payout.claim_ids,
        booking_ids=payout.booking_ids,
    )
