"""Decide a claim or a direct booking, and take what it needs from the limits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from kit.clock import rome_date
from kit.ids import new_id
from rules_svc.domain.currency import euro_cents
from rules_svc.domain.decision import Decision, LimitKey
from rules_svc.domain.evaluate import evaluate, limit_keys, without_plan
from rules_svc.domain.events import BookingAdjudicated, ClaimAdjudicated, Instalment, MissingText, ReasonText, StepText
from rules_svc.domain.history import with_known_facts
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts, OnFile
from rules_svc.domain.texts import Texts
from rules_svc.domain.withholding import gross_of_withholding
from rules_svc.use_cases.ports import Adjudication, Earlier, RecordedDecision, Tx


async def adjudicate(tx: Tx, *, adjudication: Adjudication) -> None:
    """Decide once per revision: lock the limits, evaluate, record, publish.

    Only a paid decision takes from limits: a claim consumes, a booking reserves. A higher revision first gives back
    what the earlier decision took, by postings under the same locks; an older one, coming late, changes nothing, and
    neither does one of a claim that was taken back.
    """
    earlier = None
    if adjudication.revision > 1:
        earlier = await tx.decisions.newest(adjudication.kind, adjudication.subject_id)
    if earlier is not None:
        if earlier.revision >= adjudication.revision:
            return
        adjudication = _as_received(adjudication, earlier)
        await tx.decisions.withdraw_evidence(earlier.decision_id)
    request = adjudication.request
    plan, on_file = await tx.plans.in_force(request.expense_date, adjudication.person_id, turn=adjudication.source)
    facts = Facts(adjudication.member, adjudication.beneficiary, on_file)
    if plan and request.article in plan.benefits and plan.benefits[request.article].known:
        paid = await tx.decisions.paid(adjudication.person_id, request.article, but=adjudication.subject_id, turn=True)
        request = with_known_facts(plan, request, facts, paid)
        adjudication = replace(adjudication, request=request)
    keys = limit_keys(plan, request, facts) if plan else ()
    if earlier is not None:
        await _give_back(tx, adjudication, earlier, keys)
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
        previous_decision_id=earlier.decision_id if earlier else None,
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
        event = _claim_event(recorded, steps, reasons, missing)
        tx.publish(replace(event, instalments=instalments_of(decision, rome_date(tx.now))))
    else:
        tx.publish(_booking_event(recorded, steps, reasons, missing))


def instalments_of(decision: Decision, today: date) -> list[Instalment]:
    """Return the parts of an amount that is paid over years; none where all is due at once.

    The later ones fall due with the month of the first payment, one, two, three years on (7.2, reading A30): here the
    month of the decision, in which the first is paid at the earliest. Their day is the first of the month, as
    payout-svc plans them once the first is really paid.
    """
    for step in decision.steps:
        if step.code == "instalment" and step.params["number"] == 1 and decision.outcome == "pay":
            numbers = range(1, step.params["of"] + 1)
            cents = decision.payable_cents
            month = today.replace(day=1)
            return [Instalment(n, today if n == 1 else month.replace(year=today.year + n - 1), cents) for n in numbers]
    return []


def _as_received(adjudication: Adjudication, earlier: Earlier) -> Adjudication:
    """Keep the day of receipt of the first revision: a completion or a correction loses nobody's place (1.1)."""
    received_on = min(adjudication.request.received_on, earlier.received_on)
    return replace(adjudication, request=replace(adjudication.request, received_on=received_on))


async def _give_back(tx: Tx, adjudication: Adjudication, earlier: Earlier, keys: Sequence[LimitKey]) -> None:
    """Reverse what the earlier decision took.

    The rows of the new decision are locked with them: reversing and deciding apart could wait for each other with a
    claim that needs the same rows.
    """
    standing = await tx.limits.standing(adjudication.source)
    if not standing:
        return
    own = standing.setdefault(adjudication.person_id, [])
    taken = {(key.limit_id, key.window_key) for key in own}
    own += [key for key in keys if (key.limit_id, key.window_key) not in taken]
    tx.audit(
        "decision_reversed",
        entity="decision",
        entity_id=earlier.decision_id,
        person_id=adjudication.person_id,
        windows=await reverse_standing(tx, adjudication.source, standing),
        reason=adjudication.correction_reason,
    )


async def reverse_standing(tx: Tx, source: str, standing: Mapping[UUID, Sequence[LimitKey]]) -> int:
    """Give back what a source takes, all rows locked first in the one order of persons, limits and windows."""
    for person_id in sorted(standing):
        await tx.limits.lock(person_id, standing[person_id])
    return await tx.limits.reverse(source)


def texts_of(decision: Decision, texts: Texts) -> tuple[list[StepText], list[ReasonText], list[MissingText]]:
    """Write out the explanation of a decision."""
    steps = []
    for step in decision.steps:
        text = texts.of_step(step)
        steps.append(StepText(step.code, step.article, step.before_cents, step.after_cents, text.it, text.en))
    reasons = []
    for reason in decision.reasons:
        text, remedy = texts.of_reason(reason), texts.of_remedy(reason)
        reasons.append(ReasonText(reason.code, reason.article, text.it, text.en, remedy.it, remedy.en))
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
        requested_eur_cents=euro_cents(adjudication.request, decision.requested_cents),
        payable_cents=decision.payable_cents,
        plan_id=plan.plan_id if plan else "",
        plan_version=plan.version if plan else "",
        plan_hash=plan.hash if plan else "",
        missing=missing,
        reasons=reasons,
        steps=steps,
        review=decision.review,
        gross_of_withholding=plan is not None
        and gross_of_withholding(plan, decision, adjudication.request, recorded.facts),
    )


def _booking_event(
    recorded: RecordedDecision, steps: list[StepText], reasons: list[ReasonText], missing: list[MissingText]
) -> BookingAdjudicated:
    adjudication, decision = recorded.adjudication, recorded.decision
    price = adjudication.request.amount_cents
    return BookingAdjudicated(
        booking_id=adjudication.subject_id,
        revision=adjudication.revision,
        decision_id=recorded.decision_id,
        outcome=decision.outcome,
        price_cents=price,
        fund_share_cents=decision.payable_cents,
        member_share_cents=price - decision.payable_cents,
        missing=missing,
        reasons=reasons,
        steps=steps,
    )
