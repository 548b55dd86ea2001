"""Take in what happened to a transfer."""

from collections.abc import Sequence
from uuid import UUID

from claims_api.domain.bank_account import AccountState
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.errors import ClaimNotFound
from claims_api.domain.payment import take_in_transfer
from claims_api.domain.task import held_payment_task, new_iban_task
from claims_api.use_cases.ports import Tx
from kit.ids import new_id


async def record_payment(tx: Tx, *, payout_id: UUID, claim_ids: Sequence[UUID]) -> None:
    """Mark the claims of a transfer as paid.

    Raises: ClaimNotFound, ForbiddenTransition.
    """
    await _move_all(tx, ClaimState.PAID, payout_id=payout_id, claim_ids=claim_ids, note=None)


async def record_return(
    tx: Tx, *, payout_id: UUID, member_id: UUID | None, iban_last4: str, reason_code: str, claim_ids: Sequence[UUID]
) -> None:
    """Mark the claims of a returned transfer, and ask the member for a new IBAN unless it changed meanwhile.

    Raises: ClaimNotFound, ForbiddenTransition.
    """
    await _move_all(tx, ClaimState.RETURNED, payout_id=payout_id, claim_ids=claim_ids, note=reason_code)
    member = await tx.members.lock(member_id) if member_id else None
    account = member.bank_account if member else None
    if account is None or account.state is not AccountState.ACTIVE or not account.iban.endswith(iban_last4):
        return
    await tx.members.reject_account(account)
    await tx.tasks.open(new_iban_task(new_id(), account.member_id, iban_last4=iban_last4, now=tx.now))
    tx.audit("bank_account_rejected", entity="member", entity_id=account.member_id, reason=reason_code)


async def record_held(tx: Tx, *, member_id: UUID, amount_cents: int) -> None:
    """Ask the member for an account that the waiting payment can go to; asked already, it is not asked twice."""
    if await tx.members.find(member_id) is not None:
        await tx.tasks.open(held_payment_task(new_id(), member_id, amount_cents=amount_cents, now=tx.now))
        tx.audit("payout_held", entity="member", entity_id=member_id)


async def _move_all(tx: Tx, to: ClaimState, *, payout_id: UUID, claim_ids: Sequence[UUID], note: str | None) -> None:
    # In the order of their ids, so that two transfers never wait for each other's claims.
    for claim_id in sorted(claim_ids):
        case = await tx.cases.find_by_claim(claim_id, lock=True)
        if case is None:
            raise ClaimNotFound("The transfer pays an unknown claim.", claim_id=str(claim_id))
        claim = case.claim(claim_id)
        if claim.state is to and claim.payout_id == payout_id:
            continue
        claim.payout_id = payout_id
        take_in_transfer(case, claim, to, at=tx.now, actor=tx.context.actor, note=note)
        await tx.cases.save(case)
        tx.audit(f"claim_{to}", entity="claim", entity_id=claim_id, payout_id=str(payout_id))
