"""Settle and return payouts, whichever of the bank's messages says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from payout_svc.domain.events import PayoutReturned
from payout_svc.domain.ledger import EntryKind
from payout_svc.domain.payout import Payout, PayoutState
from payout_svc.domain.return_reasons import return_reason
from payout_svc.use_cases.ports import Work


@dataclass(frozen=True, slots=True)
class Return:
    """Why a transfer came back; `settled` says that it had left the fund's account."""

    reason: str | None
    settled: bool


async def settle_payouts(tx: Work, payout_ids: Sequence[UUID], *, booked_on: date) -> None:
    """Book transfers as paid out."""
    if payout_ids:
        await tx.payouts.move(payout_ids, PayoutState.SETTLED, at=tx.now)
        await tx.ledger.post_settled(payout_ids, booked_on=booked_on)


async def return_payouts(tx: Work, returns: Mapping[UUID, Return], *, booked_on: date) -> None:
    """Reverse the postings, open the payables again, hold the IBANs and tell the payees."""
    if not returns:
        return
    settled = [payout_id for payout_id, one in returns.items() if one.settled]
    if settled:
        await tx.ledger.reverse(
            settled, kind=EntryKind.PAYOUT_SETTLED, reversal=EntryKind.SETTLEMENT_RETURNED, booked_on=booked_on
        )
    await tx.ledger.reverse(
        list(returns), kind=EntryKind.PAYOUT_EXECUTED, reversal=EntryKind.PAYOUT_RETURNED, booked_on=booked_on
    )
    reasons = {payout_id: return_reason(one.reason) for payout_id, one in returns.items()}
    codes = {payout_id: reason.code for payout_id, reason in reasons.items()}
    payouts = await tx.payouts.mark_returned(codes, at=tx.now)
    await tx.payables.reopen(list(returns))
    await tx.instalments.unschedule(list(returns))
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
