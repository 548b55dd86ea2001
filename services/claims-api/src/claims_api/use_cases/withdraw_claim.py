"""Take a claim back, until it is released for payment or refused."""

from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.errors import ReviewPending
from claims_api.domain.task import TaskKind
from claims_api.domain.withdrawal import withdraw
from claims_api.use_cases.apply_finding import drop_checks
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date


async def withdraw_claim(tx: Tx, *, claim_id: UUID, owner_member_id: UUID | None) -> Case:
    """Withdraw a claim; its expense can be claimed again, and the rest of its case is released.

    Raises: ClaimNotFound, ClaimNotWithdrawable, ReviewPending.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=owner_member_id, lock=True)
    if await tx.reviews.open_for(claim_id) is not None:
        raise ReviewPending("A payment on this claim is being agreed on.")
    events = withdraw(case, case.claim(claim_id), now=tx.now, today=rome_date(tx.now), actor=tx.context.actor)
    await tx.cases.save(case)
    await tx.work.close(claim_id, at=tx.now)
    await tx.tasks.close(TaskKind.MISSING_DOCUMENTS, claim_id, at=tx.now)
    await drop_checks(tx, case=case, claim=case.claim(claim_id))
    for event in events:
        tx.publish(event)
    tx.audit("claim_withdrawn", entity="claim", entity_id=claim_id)
    return case
