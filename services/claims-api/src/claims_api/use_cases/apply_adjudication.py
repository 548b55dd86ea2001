"""Take in what the rules decided on a claim."""

from claims_api.domain.adjudication import DEFAULT_LAPSE_DAYS, apply_decision, is_outdated
from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_check import CheckKind, check_opened
from claims_api.domain.decision import Decision, Outcome
from claims_api.domain.errors import ClaimNotFound
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.sampling import drawn_by
from claims_api.domain.task import missing_documents_task
from claims_api.use_cases.apply_finding import close_checks
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.work_queue import queue_claim, queue_sample
from kit.clock import rome_date
from kit.ids import new_id


async def apply_adjudication(tx: Tx, *, decision: Decision, terms: FundTerms) -> None:
    """Move the claim on and settle its case when every claim is decided.

    A decision on an older revision or on a claim taken back, or one already taken in, changes nothing.
    Raises: ClaimNotFound, RevisionUnknown, ForbiddenTransition.
    """
    case = await tx.cases.find_by_claim(decision.claim_id, lock=True)
    if case is None:
        raise ClaimNotFound("The decision is about an unknown claim.", claim_id=str(decision.claim_id))
    claim = case.claim(decision.claim_id)
    if is_outdated(claim, decision):
        return
    tx.cases.add_decision(decision)
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
    if decision.outcome is Outcome.PAY:
        await _sample(tx, case, claim, terms)
    if decision.outcome is Outcome.REFER:
        await tx.work.close(claim.claim_id, at=tx.now)
        await queue_claim(tx, case=case, claim=claim, terms=terms)
    for event in events:
        tx.publish(event)
    # Only what was sent again can have been sent by a check; what is still open stays under it.
    if claim.revision > 1 and decision.outcome in {Outcome.PAY, Outcome.DENY}:
        await close_checks(tx, case=case, claim=claim)
    tx.audit("claim_adjudicated", entity="claim", entity_id=claim.claim_id, outcome=decision.outcome)


async def _sample(tx: Tx, case: Case, claim: Claim, terms: FundTerms) -> None:
    """Queue the claim for a check where the fund's rules draw it; its payment waits for the result."""
    rule = drawn_by(claim, case.channel, rules=terms.sampling, seed=terms.sampling_seed)
    if rule is None or not await tx.overdue.draw(claim.claim_id, rule=rule.code, seed=terms.sampling_seed):
        return
    await queue_sample(tx, case=case, claim=claim, terms=terms)
    today = rome_date(tx.now)
    tx.publish(check_opened(case, claim, CheckKind.SAMPLING, check_id=claim.claim_id, reason=rule.code, today=today))
    tx.audit("claim_sampled", entity="claim", entity_id=claim.claim_id, rule=rule.code)


async def _lapse_days(tx: Tx, decision: Decision) -> int:
    if decision.outcome is not Outcome.PEND:
        return DEFAULT_LAPSE_DAYS
    deciding = (decision.plan_id, decision.plan_version)
    terms = {(plan.plan_id, plan.version): plan.claim_lapse_days for plan in await tx.plans.all()}
    return terms.get(deciding, DEFAULT_LAPSE_DAYS)
