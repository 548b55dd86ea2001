"""Check a later instalment again on the day it falls due."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from kit.ids import new_id
from rules_svc.domain.decision import Decision
from rules_svc.domain.evaluate import evaluate, limit_keys
from rules_svc.domain.events import InstalmentDecided
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts
from rules_svc.domain.withholding import gross_of_withholding
from rules_svc.use_cases.adjudicate import texts_of
from rules_svc.use_cases.ports import Adjudication, MemberStanding, RecordedDecision, StoredCase, Tx


async def decide_instalment(
    tx: Tx, *, instalment_id: UUID, claim_id: UUID, decision_id: UUID, number: int, due_on: date
) -> None:
    """Decide an instalment by the plan that granted it, on the membership and contributions as they stand now.

    Source: 7.2, rights are tested when the instalment is paid; one that fails the test is lost (reading A30). The same
    instalment twice changes nothing.
    """
    granted = await tx.decisions.case_of(decision_id)
    case = _as_due(granted, await tx.persons.standing_of(granted.member_id), number, due_on)
    plan = await tx.plans.compiled(granted.plan_hash)
    limits = await tx.limits.lock(case.person_id, limit_keys(plan, case.request, case.facts))
    decision = evaluate(plan, case.request, case.facts, limits)
    adjudication = Adjudication(
        kind="instalment",
        subject_id=instalment_id,
        revision=1,
        member_id=case.member_id,
        person_id=case.person_id,
        request=case.request,
        member=case.facts.member,
        beneficiary=case.facts.beneficiary,
    )
    recorded = RecordedDecision(new_id(), adjudication, case.facts, limits, plan, decision, ())
    if await _record(tx, recorded, claim_id, number, plan):
        tx.audit(
            "instalment_decided",
            entity="claim",
            entity_id=claim_id,
            person_id=case.person_id,
            number=number,
            outcome=decision.outcome,
        )


def _as_due(granted: StoredCase, standing: MemberStanding | None, number: int, due_on: date) -> StoredCase:
    """Put the instalment in the place of the request; the category stays that of the day of the fact (reading A39)."""
    in_order = standing.contributions_in_order if standing else False
    extra = {**granted.request.extra, "instalment": number, "contributions_paid": in_order}
    member = replace(granted.facts.member, left_on=standing.left_on) if standing else granted.facts.member
    return replace(
        granted,
        request=replace(granted.request, received_on=due_on, extra=extra),
        facts=Facts(member, granted.facts.beneficiary, granted.facts.on_file),
    )


async def _record(tx: Tx, recorded: RecordedDecision, claim_id: UUID, number: int, plan: Plan) -> bool:
    decision: Decision = recorded.decision
    steps, reasons, missing = texts_of(decision, tx.texts)
    if not await tx.decisions.record(recorded, {"steps": steps, "reasons": reasons, "missing": missing}):
        return False
    tx.publish(
        InstalmentDecided(
            instalment_id=recorded.adjudication.subject_id,
            claim_id=claim_id,
            decision_id=recorded.decision_id,
            member_id=recorded.adjudication.member_id,
            article=decision.article,
            number=number,
            outcome="pay" if decision.outcome == "pay" else "lapse",
            payable_cents=decision.payable_cents,
            plan_version=plan.version,
            reasons=reasons,
            steps=steps,
            gross_of_withholding=gross_of_withholding(plan, decision, recorded.adjudication.request, recorded.facts),
        )
    )
    return True
