"""Bring what missed its due date to the desk by itself."""

from uuid import UUID

from claims_api.domain.claim_states import ClaimState
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.work_item import WorkItem
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.work_queue import queue_escalation
from kit.clock import rome_date


async def escalate_item(tx: Tx, *, item: WorkItem, terms: FundTerms) -> bool:
    """Mark an open item whose due date is over, so that it is served first; say whether it was."""
    if rome_date(tx.now) <= terms.decision_due_on(rome_date(item.queued_at)):
        return False
    await tx.overdue.mark(item.item_id, at=tx.now)
    tx.audit("work_item_escalated", entity="work_item", entity_id=item.item_id, claim_id=str(item.claim_id))
    return True


async def escalate_claim(tx: Tx, *, claim_id: UUID, terms: FundTerms) -> bool:
    """Queue a claim that the rules have not answered by its due date; say whether it was."""
    case = await tx.cases.find_by_claim(claim_id, lock=True)
    if case is None or case.submitted_at is None or case.held_until is not None:
        return False
    claim = case.claim(claim_id)
    due_on = terms.decision_due_on(rome_date(terms.turn_of(case)))
    if claim.state is not ClaimState.SUBMITTED or rome_date(tx.now) <= due_on:
        return False
    await queue_escalation(tx, case=case, claim=claim, terms=terms)
    tx.audit("claim_escalated", entity="claim", entity_id=claim_id)
    return True
