"""Take in what the rules decided on a claim."""

from claims_api.domain.adjudication import DEFAULT_LAPSE_DAYS, apply_decision, is_outdated
from claims_api.domain.decision import Decision, Outcome
from claims_api.domain.errors import ClaimNotFound
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.task import missing_documents_task
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.work_queue import queue_claim
from kit.clock import rome_date
from kit.ids import new_id


async def apply_adjudication(tx: Tx, *, decision: Decision, terms: FundTerms) -> None:
    """Move the claim on and settle its case when every claim is decided.

    A decision on an older revision, or one already taken in, changes nothing.
    Raises: ClaimNotFound, RevisionUnknown, ForbiddenTransition.
    """
    case = await tx.cases.find_by_claim(decision.claim_id, lock=True)
    if case is None:
        raise ClaimNotFound("The decision is about an unknown claim.", claim_id=str(decision.claim_id))
    claim = case.claim(decision.claim_id)
    if is_outdated(claim, decision) or not await tx.cases.add_decision(decision):
        return
    lapse_days = await _lapse_days(tx, decision)
    events = apply_decision(
        case,
        decision,
        now=tx.now,
        today=rome_date(tx.now),
        lapse_days=lapse_days,
        actor=tx.context.actor,
    )
    await tx.cases.save(case)
    if decision.outcome is Outcome.PEND:
        await tx.tasks.open(missing_documents_task(new_id(), case, claim, now=tx.now))
    if decision.outcome is Outcome.REFER:
        await queue_claim(tx, case=case, claim=claim, terms=terms)
    for event in events:
        tx.publish(event)
    tx.audit("claim_adjudicated", entity="claim", entity_id=claim.claim_id, outcome=decision.outcome)


async def _lapse_days(tx: Tx, decision: Decision) -> int:
    if decision.outcome is not Outcome.PEND:
        return DEFAULT_LAPSE_DAYS
    deciding = (decision.plan_id, decision.plan_version)
    terms = {(plan.plan_id, plan.version): plan.claim_lapse_days for plan in await tx.plans.all()}
    return terms.get(deciding, DEFAULT_LAPSE_DAYS)
