"""Reject a suspended claim that nobody completed in sixty days (rule 1.1-R10)."""

from uuid import UUID

from claims_api.domain.claim_states import ClaimState
from claims_api.domain.suspension import is_lapsed, lapse
from claims_api.domain.task import TaskKind
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date


async def lapse_claim(tx: Tx, *, claim_id: UUID) -> bool:
    """Reject the claim if it is still overdue and release the rest of its case; say whether it was."""
    case = await tx.cases.find_by_claim(claim_id, lock=True)
    if case is None:
        return False
    claim = case.claim(claim_id)
    today = rome_date(tx.now)
    # It may have been completed between the look that found it and the lock.
    if claim.state is not ClaimState.SUSPENDED or not is_lapsed(claim, today):
        return False
    for event in lapse(case, claim, now=tx.now, today=today, actor=tx.context.actor):
        tx.publish(event)
    await tx.cases.save(case)
    await tx.tasks.close(TaskKind.MISSING_DOCUMENTS, claim_id, at=tx.now)
    tx.audit("claim_lapsed", entity="claim", entity_id=claim_id)
    return True
