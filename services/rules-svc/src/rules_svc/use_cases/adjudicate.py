"""Decide a claim or a direct booking, and take what it needs from the limits."""

from datetime import date

from kit.ids import new_id
from rules_svc.domain.decision import Decision
from rules_svc.domain.evaluate import evaluate, limit_keys, without_plan
from rules_svc.domain.events import BookingAdjudicated, ClaimAdjudicated, MissingText, ReasonText, StepText
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts, OnFile
from rules_svc.domain.texts import Texts
from rules_svc.use_cases.ports import Adjudication, RecordedDecision, Tx


async def adjudicate(tx: Tx, *, adjudication: Adjudication) -> None:
    """Decide once per revision: lock the limits, evaluate, record, publish.

    Only a paid decision takes from limits: a claim consumes, a booking reserves.
    """
    request = adjudication.request
    plan, on_file = await tx.plans.in_force(request.expense_date, adjudication.person_id)
    facts = Facts(adjudication.member, adjudication.beneficiary, on_file)
    keys = limit_keys(plan, request, facts) if plan else ()
    limits = await tx.limits.lock(adjudication.person_id, keys) if keys else {}
    decision = evaluate(plan, request, facts, limits) if plan else without_plan(request)
    recorded = RecordedDecision(
        decision_id=new_id(),
        adjudication=adjudication,
        facts=facts,
        limits=limits,
        plan=plan,
        decision=decision,
        presented=_presented(plan, adjudication, decision),
    )
    steps, reasons, missing = texts_of(decision, tx.texts)
    if not await tx.decisions.record(recorded, {"steps": steps, "reasons": reasons, "missing": missing}):
        return
    tx.audit(
        f"{adjudication.kind}_adjudicated",
        entity="decision",
        entity_id=recorded.decision_id,
        person_id=adjudication.person_id,
        outcome=decision.outcome,
    )
    if adjudication.kind == "claim":
        tx.publish(_claim_event(recorded, steps, reasons, missing))
    else:
        tx.publish(_booking_event(recorded, steps, reasons, missing))


def texts_of(decision: Decision, texts: Texts) -> tuple[list[StepText], list[ReasonText], list[MissingText]]:
    """Write out the explanation of a decision."""
    steps = []
    for step in decision.steps:
        text = texts.of_step(step)
        steps.append(StepText(step.code, step.article, step.before_cents, step.after_cents, text.it, text.en))
    reasons = []
    for reason in decision.reasons:
        text = texts.of_reason(reason)
        reasons.append(ReasonText(reason.code, reason.article, text.it, text.en))
    missing = []
    for one in decision.missing:
        text = texts.of_missing(one)
        missing.append(MissingText(one.document, one.article, text.it, text.en))
    return steps, reasons, missing


def _presented(plan: Plan | None, adjudication: Adjudication, decision: Decision) -> tuple[OnFile, ...]:
    """Return the documents that later requests need not bring again."""
    if plan is None or decision.outcome != "pay":
        return ()
    benefit, request = plan.benefits[decision.article], adjudication.request
    presented = []
    for needed in benefit.evidence:
        if needed.first_claim_only and needed.alternatives & request.documents:
            given = request.extra.get(needed.date_fact) if needed.date_fact else None
            issued_on = date.fromisoformat(str(given)) if given else request.expense_date
            presented.append(OnFile(benefit.article, needed.document, issued_on))
    return tuple(presented)


def _claim_event(
    recorded: RecordedDecision, steps: list[StepText], reasons: list[ReasonText], missing: list[MissingText]
) -> ClaimAdjudicated:
    adjudication, decision, plan = recorded.adjudication, recorded.decision, recorded.plan
    return ClaimAdjudicated(
        claim_id=adjudication.subject_id,
        revision=adjudication.revision,
        decision_id=recorded.decision_id,
        outcome=decision.outcome,
        requested_cents=decision.requested_cents,
        payable_cents=decision.payable_cents,
        plan_id=plan.plan_id if plan else "",
        plan_version=plan.version if plan else "",
        plan_hash=plan.hash if plan else "",
        missing=missing,
        reasons=reasons,
        steps=steps,
        review=decision.review,
    )


def _booking_event(
    recorded: RecordedDecision, steps: list[StepText], reasons: list[ReasonText], missing: list[MissingText]
) -> BookingAdjudicated:
    adjudication, decision = recorded.adjudication, recorded.decision
    price = adjudication.request.amount_cents
    return BookingAdjudicated(
        booking_id=adjudication.subject_id,
        decision_id=recorded.decision_id,
        outcome=decision.outcome,
        price_cents=price,
        fund_share_cents=decision.payable_cents,
        member_share_cents=price - decision.payable_cents,
        missing=missing,
        reasons=reasons,
        steps=steps,
    )
