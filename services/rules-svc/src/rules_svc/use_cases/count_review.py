"""Count a payment that a person granted on a referred claim, or refuse it where it would pass a limit."""

from dataclasses import dataclass
from uuid import UUID

from kit.ids import new_id
from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import DecisionNotFound
from rules_svc.domain.evaluate import limit_keys
from rules_svc.domain.events import ReasonText, ReviewCounted, ReviewRefused, StepText
from rules_svc.domain.manual_payment import grant_by_hand
from rules_svc.use_cases.adjudicate import texts_of
from rules_svc.use_cases.ports import Adjudication, DecisionKind, RecordedDecision, StoredCase, Tx


@dataclass(frozen=True, slots=True)
class GrantedPayment:
    """What a person granted, on which revision of the claim."""

    review_id: UUID
    claim_id: UUID
    revision: int
    payable_cents: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What the limits said to a granted amount, with its texts."""

    decision_id: UUID
    decision: Decision
    plan_version: str
    steps: list[StepText]
    reasons: list[ReasonText]


async def count_review(tx: Tx, *, granted: GrantedPayment) -> None:
    """Take what a granted payment needs from the limits and publish that it counts, or that a limit refuses it.

    It counts under the plan and the facts of the decision that referred the claim; one on an earlier revision, or on a
    claim that was counted already, changes nothing.
    Raises: DecisionNotFound for a claim that the rules never saw.
    """
    referral = await tx.decisions.newest("claim", granted.claim_id)
    if referral is None:
        raise DecisionNotFound("no decision referred this claim")
    counted = await tx.decisions.newest("review", granted.claim_id)
    if referral.revision != granted.revision or (counted is not None and counted.revision >= granted.revision):
        return
    case = await tx.decisions.case_of(referral.decision_id)
    if case.outcome == "refer":
        await _count(tx, granted, case)


async def take_granted(
    tx: Tx, case: StoredCase, *, kind: DecisionKind, subject_id: UUID, revision: int, payable_cents: int
) -> Taken | None:
    """Take an amount that persons granted from the limits of a stored case, under their locks, and record it.

    None when this revision of the subject was recorded already. Nothing is taken or recorded where a limit refuses.
    """
    plan = await tx.plans.compiled(case.plan_hash) if case.plan_hash else None
    keys = limit_keys(plan, case.request, case.facts) if plan else ()
    limits = await tx.limits.lock(case.person_id, keys) if keys else {}
    further = kind == "booking_review"
    decision = grant_by_hand(plan, case.request, case.facts, limits, payable_cents, further=further)
    steps, reasons, _ = texts_of(decision, tx.texts)
    taken = Taken(new_id(), decision, plan.version if plan else "", steps, reasons)
    if decision.outcome != "pay":
        return taken
    adjudication = Adjudication(
        kind=kind,
        subject_id=subject_id,
        revision=revision,
        member_id=case.member_id,
        person_id=case.person_id,
        request=case.request,
        member=case.facts.member,
        beneficiary=case.facts.beneficiary,
    )
    recorded = RecordedDecision(taken.decision_id, adjudication, case.facts, limits, plan, decision, ())
    done = await tx.decisions.record(recorded, {"steps": steps, "reasons": reasons, "missing": ()})
    return taken if done else None


async def _count(tx: Tx, granted: GrantedPayment, case: StoredCase) -> None:
    cents, claim_id = granted.payable_cents, granted.claim_id
    taken = await take_granted(
        tx, case, kind="review", subject_id=claim_id, revision=granted.revision, payable_cents=cents
    )
    if taken is None:
        return
    if taken.decision.outcome != "pay":
        tx.publish(ReviewRefused(granted.review_id, claim_id, granted.revision, cents, taken.reasons))
        _audit(tx, "granted_payment_refused", granted, case)
        return
    tx.publish(
        ReviewCounted(
            review_id=granted.review_id,
            claim_id=claim_id,
            revision=granted.revision,
            decision_id=taken.decision_id,
            payable_cents=cents,
            plan_version=taken.plan_version,
            steps=taken.steps,
        )
    )
    _audit(tx, "granted_payment_counted", granted, case)


def _audit(tx: Tx, action: str, granted: GrantedPayment, case: StoredCase) -> None:
    review_id = str(granted.review_id)
    tx.audit(action, entity="claim", entity_id=granted.claim_id, person_id=case.person_id, review_id=review_id)
