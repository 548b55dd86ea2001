"""What a decision of the rules does to a claim and to its case."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.currency import EURO
from claims_api.domain.decision import Decision, Outcome
from claims_api.domain.errors import RevisionUnknown
from claims_api.domain.events import ClaimCorrected, ClaimRejected, ClaimReviewDecided, ClaimSettled, ClaimSuspended
from claims_api.domain.review import Review, ReviewOutcome

DEFAULT_LAPSE_DAYS = 60

_STATE_AFTER: Mapping[Outcome, ClaimState] = {
    Outcome.PAY: ClaimState.APPROVED,
    Outcome.DENY: ClaimState.REJECTED,
    Outcome.PEND: ClaimState.SUSPENDED,
    Outcome.REFER: ClaimState.REFERRED,
}


def is_outdated(claim: Claim, decision: Decision) -> bool:
    """Say whether the decision speaks of an earlier revision or of a claim taken back, or was already taken in.

    Raises: RevisionUnknown for a revision that was never sent.
    """
    if decision.revision > claim.revision:
        raise RevisionUnknown("The decision is about a revision that was never sent.", revision=decision.revision)
    taken_back = claim.state is ClaimState.WITHDRAWN
    return taken_back or decision.revision < claim.revision or decision.decision_id == claim.decision_id


def apply_decision(
    case: Case, decision: Decision, *, now: datetime, today: date, lapse_days: int, actor: str
) -> list[ClaimRejected | ClaimSuspended | ClaimSettled | ClaimCorrected]:
    """Move the claim by the decision's outcome, and settle the case when it was the last one open.

    Units: `lapse_days` calendar days from the suspension, itself day 0.
    """
    claim = case.claim(decision.claim_id)
    case.move(claim, _STATE_AFTER[decision.outcome], at=now, actor=actor, note=decision.outcome)
    claim.decision_id = decision.decision_id
    if claim.expense.currency != EURO:
        claim.converted_cents = decision.requested_eur_cents
    claim.payable_cents = decision.payable_cents if decision.outcome is Outcome.PAY else 0
    claim.reasons = decision.reasons
    claim.missing = decision.missing
    claim.review = decision.review
    claim.instalments = decision.instalments
    claim.gross_of_withholding = decision.gross_of_withholding
    events: list[ClaimRejected | ClaimSuspended | ClaimSettled | ClaimCorrected] = []
    if decision.outcome is Outcome.PEND:
        events.append(suspend(case, claim, today=today, lapse_days=lapse_days))
    elif decision.outcome is Outcome.DENY:
        events.append(rejected(case, claim, today))
    return [*events, *settle_if_decided(case, now=now, today=today, actor=actor)]


_STATE_AFTER_REVIEW: Mapping[ReviewOutcome, ClaimState] = {
    ReviewOutcome.PAY: ClaimState.APPROVED,
    ReviewOutcome.DENY: ClaimState.REJECTED,
    ReviewOutcome.INTEGRATION: ClaimState.SUSPENDED,
}


def apply_review(
    case: Case, review: Review, *, now: datetime, today: date, lapse_days: int, actor: str
) -> list[ClaimRejected | ClaimSuspended | ClaimSettled | ClaimCorrected]:
    """Move a referred claim by a person's decision, and settle the case when it was the last one open.

    A payment comes here when the rules have counted it.
    """
    claim = case.claim(review.claim_id)
    case.move(claim, _STATE_AFTER_REVIEW[review.outcome], at=now, actor=actor, note=f"review_{review.outcome}")
    claim.payable_cents = review.payable_cents
    claim.reasons = review.reasons
    claim.missing = review.missing
    events: list[ClaimRejected | ClaimSuspended | ClaimSettled | ClaimCorrected] = []
    if review.outcome is ReviewOutcome.INTEGRATION:
        events.append(suspend(case, claim, today=today, lapse_days=lapse_days))
    elif review.outcome is ReviewOutcome.DENY:
        events.append(rejected(case, claim, today))
    return [*events, *settle_if_decided(case, now=now, today=today, actor=actor)]


def review_decided(case: Case, review: Review, today: date) -> ClaimReviewDecided:
    """Tell what persons decided; the rules count a payment, and only then it is settled."""
    claim = case.claim(review.claim_id)
    return ClaimReviewDecided(
        review_id=review.review_id,
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        revision=review.revision,
        member_id=case.member_id,
        person_id=claim.expense.person_id,
        article=claim.expense.article,
        outcome=review.outcome,
        requested_cents=review.requested_cents,
        payable_cents=review.payable_cents,
        review=claim.review or "operator",
        decision_id=claim.decision_id,
        decided_on=today,
        reasons=list(review.reasons),
        missing=list(review.missing),
    )


def suspend(case: Case, claim: Claim, *, today: date, lapse_days: int) -> ClaimSuspended:
    """Set the days of a suspension that starts today, and ask for what is missing."""
    claim.suspended_on = today
    claim.lapses_on = today + timedelta(days=lapse_days)
    return ClaimSuspended(
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        suspended_on=claim.suspended_on,
        lapses_on=claim.lapses_on,
        missing=list(claim.missing),
    )


def rejected(case: Case, claim: Claim, today: date) -> ClaimRejected | ClaimCorrected:
    """Say that a claim is not paid, with the reasons it holds; of a settled one, that nothing is owed any more."""
    correction, claim.correction = claim.correction, None
    if correction is not None and correction.previous_cents is not None:
        claim.settled_cents = 0
        return _corrected_event(case, claim, correction.previous_cents, today)
    return ClaimRejected(
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        rejected_on=today,
        reasons=list(claim.reasons),
    )


def settle_if_decided(case: Case, *, now: datetime, today: date, actor: str) -> list[ClaimSettled | ClaimCorrected]:
    """Release the approved claims once no claim of the case is open any more.

    Source: member guide: nothing of a case is paid until all its requests are complete.
    """
    if not case.decided:
        return []
    case.settled_on = case.settled_on or today
    events: list[ClaimSettled | ClaimCorrected] = []
    for claim in case.claims:
        if claim.state is ClaimState.APPROVED:
            events.extend(_release(case, claim, now=now, today=today, actor=actor))
    return events


def _release(
    case: Case, claim: Claim, *, now: datetime, today: date, actor: str
) -> Iterator[ClaimSettled | ClaimCorrected]:
    """Release what is owed the first time, or the difference to what was released before."""
    correction, claim.correction = claim.correction, None
    claim.settled_cents = claim.payable_cents
    previous = correction.previous_cents if correction else None
    if correction is None or previous is None:
        case.move(claim, ClaimState.SETTLED, at=now, actor=actor)
        yield _settled_event(case, claim, today)
        return
    more = (claim.payable_cents or 0) > previous
    case.move(claim, ClaimState.SETTLED if more else correction.state_before, at=now, actor=actor, note="corrected")
    if claim.payable_cents != previous:
        yield _corrected_event(case, claim, previous, today)


def _corrected_event(case: Case, claim: Claim, previous_cents: int, today: date) -> ClaimCorrected:
    if claim.payable_cents is None or claim.decision_id is None:
        raise ValueError("a corrected claim has an amount and a decision")
    return ClaimCorrected(
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        person_id=claim.expense.person_id,
        article=claim.expense.article,
        revision=claim.revision,
        decision_id=claim.decision_id,
        previous_cents=previous_cents,
        payable_cents=claim.payable_cents,
        delta_cents=claim.payable_cents - previous_cents,
        corrected_on=today,
        gross_of_withholding=claim.gross_of_withholding,
    )


def _settled_event(case: Case, claim: Claim, today: date) -> ClaimSettled:
    requested_cents = claim.requested_cents
    if claim.payable_cents is None or claim.decision_id is None or requested_cents is None:
        raise ValueError("an approved claim has an amount in euro and a decision")
    return ClaimSettled(
        claim_id=claim.claim_id,
        case_id=case.case_id,
        case_number=case.number,
        member_id=case.member_id,
        person_id=claim.expense.person_id,
        article=claim.expense.article,
        requested_cents=requested_cents,
        payable_cents=claim.payable_cents,
        decision_id=claim.decision_id,
        settled_on=today,
        instalments=list(claim.instalments),
        gross_of_withholding=claim.gross_of_withholding,
    )
