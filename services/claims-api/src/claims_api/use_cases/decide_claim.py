"""Let a person decide a claim that the rules referred; above an amount a second person confirms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from claims_api.domain.adjudication import DEFAULT_LAPSE_DAYS, apply_review, review_decided
from claims_api.domain.case import Case, Claim
from claims_api.domain.decision import Reason
from claims_api.domain.errors import ClaimNotFound, InvalidVerdict, ReviewNotFound, ReviewPending, WorkItemHeld
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.review import (
    Review,
    Reviewer,
    ReviewOutcome,
    ReviewState,
    Verdict,
    asked_documents,
    check_reviewable,
    check_second_person,
    check_verdict,
)
from claims_api.domain.task import missing_documents_task
from claims_api.use_cases.apply_finding import close_checks
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.work_queue import queue_claim
from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The decision of a person and the case as it left it."""

    review: Review
    case: Case


async def decide_claim(tx: Tx, *, claim_id: UUID, verdict: Verdict, reviewer: Reviewer, terms: FundTerms) -> Reviewed:
    """Decide a referred claim, or propose a payment that needs a second person.

    Raises: ClaimNotFound, ClaimNotReferred, ReviewerRoleRequired, WorkItemHeld, InvalidVerdict, ReviewPending.
    """
    case, claim = await _lock_for(tx, claim_id, reviewer)
    check_verdict(claim, verdict)
    reasons = coded_reasons(terms, verdict.outcome, verdict.reason_codes, claim)
    if await tx.reviews.open_for(claim_id) is not None:
        raise ReviewPending("A payment on this claim waits for its second person, or for the rules to count it.")
    payable_cents = verdict.payable_cents or 0
    review = Review(
        review_id=new_id(),
        claim_id=claim_id,
        revision=claim.revision,
        outcome=verdict.outcome,
        requested_cents=claim.requested_cents or 0,
        payable_cents=payable_cents,
        reasons=reasons,
        missing=asked_documents(claim, verdict.documents),
        note=verdict.note,
        state=ReviewState.PROPOSED,
        needs_second=payable_cents > terms.four_eyes_above_cents,
        proposed_by=reviewer.subject,
        proposed_at=tx.now,
    )
    await tx.work.close(claim_id, at=tx.now)
    if review.needs_second:
        await tx.reviews.add(review)
        await queue_claim(tx, case=case, claim=claim, terms=terms, proposal=review)
        tx.audit("claim_review_proposed", entity="claim", entity_id=claim_id, payable_cents=payable_cents)
        return Reviewed(review, case)
    decided = replace(review, state=review.agreed_state)
    await tx.reviews.add(decided)
    await _agree(tx, case, claim, decided)
    return Reviewed(decided, case)


async def answer_proposal(
    tx: Tx, *, claim_id: UUID, review_id: UUID, agree: bool, reviewer: Reviewer, terms: FundTerms
) -> Reviewed:
    """Confirm a proposed payment as its second person, or send it back to the queue.

    Raises: ClaimNotFound, ClaimNotReferred, ReviewerRoleRequired, WorkItemHeld, ReviewNotFound, SamePersonTwice.
    """
    case, claim = await _lock_for(tx, claim_id, reviewer)
    proposal = await tx.reviews.open_for(claim_id)
    if proposal is None or proposal.review_id != review_id or proposal.state is not ReviewState.PROPOSED:
        raise ReviewNotFound("No such proposal waits for a second person.")
    check_second_person(proposal, reviewer)
    state = proposal.agreed_state if agree else ReviewState.REFUSED
    answered = replace(proposal, state=state, second_by=reviewer.subject, second_at=tx.now)
    await tx.reviews.answer(answered)
    await tx.work.close(claim_id, at=tx.now)
    if agree:
        await _agree(tx, case, claim, answered)
    else:
        await queue_claim(tx, case=case, claim=claim, terms=terms)
        tx.audit("claim_review_refused", entity="claim", entity_id=claim_id, review_id=str(review_id))
    return Reviewed(answered, case)


async def list_reviews(tx: Tx, *, claim_id: UUID) -> list[Review]:
    """Return every decision that persons took or proposed on a claim, the first one first.

    Raises: ClaimNotFound.
    """
    await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=None)
    tx.audit("claim_reviews_read", entity="claim", entity_id=claim_id)
    return await tx.reviews.of_claim(claim_id)


async def _lock_for(tx: Tx, claim_id: UUID, reviewer: Reviewer) -> tuple[Case, Claim]:
    case = await tx.cases.find_by_claim(claim_id, lock=True)
    if case is None:
        raise ClaimNotFound("There is no such claim.")
    claim = case.claim(claim_id)
    check_reviewable(claim, reviewer)
    item = await tx.work.lock_for_claim(claim_id)
    if item is not None and item.held_by_other(reviewer.subject, tx.now):
        raise WorkItemHeld("Another person has this claim in hand.", leased_until=str(item.leased_until))
    return case, claim


def coded_reasons(terms: FundTerms, outcome: str, codes: Sequence[str], claim: Claim) -> tuple[Reason, ...]:
    """Return the fund's reasons of these codes, as the member reads them.

    Raises: InvalidVerdict for a code that the fund does not give for this outcome.
    """
    known = {code: one for code, one in terms.reasons.items() if outcome in one.outcomes}
    faults = [
        FieldError(f"/reason_codes/{index}", "unknown_reason", f"Not a reason for {outcome}: see /v1/reasons.")
        for index, code in enumerate(codes)
        if code not in known
    ]
    if faults:
        raise InvalidVerdict("A reason is not in the fund's list.", errors=faults)
    return tuple(known[code].for_claim(claim) for code in dict.fromkeys(codes))


async def settle_counted(tx: Tx, *, claim_id: UUID, review_id: UUID) -> None:
    """Approve a payment by hand that the rules have counted; one that does not wait for them changes nothing.

    Raises: ClaimNotFound, ReviewNotFound.
    """
    case, review = await _counting(tx, claim_id, review_id)
    if review is not None:
        decided = replace(review, state=ReviewState.DECIDED)
        await tx.reviews.answer(decided)
        await _apply(tx, case, case.claim(claim_id), decided)


async def return_refused(
    tx: Tx, *, claim_id: UUID, review_id: UUID, refusal: tuple[Reason, ...], terms: FundTerms
) -> None:
    """Queue a claim again whose payment by hand would pass a limit, at its old place, with the limit that said no.

    Raises: ClaimNotFound, ReviewNotFound.
    """
    case, review = await _counting(tx, claim_id, review_id)
    if review is not None:
        await tx.reviews.answer(replace(review, state=ReviewState.OVER_LIMIT, refusal=refusal))
        await queue_claim(tx, case=case, claim=case.claim(claim_id), terms=terms)
        tx.audit("claim_review_over_limit", entity="claim", entity_id=claim_id, review_id=str(review_id))


async def _counting(tx: Tx, claim_id: UUID, review_id: UUID) -> tuple[Case, Review | None]:
    case = await tx.cases.find_by_claim(claim_id, lock=True)
    if case is None:
        raise ClaimNotFound("There is no such claim.")
    found = [one for one in await tx.reviews.of_claim(claim_id) if one.review_id == review_id]
    if not found:
        raise ReviewNotFound("No such decision of a person.")
    return case, found[0] if found[0].state is ReviewState.COUNTING else None


async def _agree(tx: Tx, case: Case, claim: Claim, review: Review) -> None:
    """Tell the others; a payment waits for the rules to count it, everything else moves the claim at once."""
    tx.publish(review_decided(case, review, rome_date(tx.now)))
    if review.state is ReviewState.COUNTING:
        tx.audit("claim_review_counting", entity="claim", entity_id=claim.claim_id, review_id=str(review.review_id))
    else:
        await _apply(tx, case, claim, review)


async def _apply(tx: Tx, case: Case, claim: Claim, review: Review) -> None:
    events = apply_review(
        case,
        review,
        now=tx.now,
        today=rome_date(tx.now),
        lapse_days=await _lapse_days(tx, claim),
        actor=tx.context.actor,
    )
    await tx.cases.save(case)
    if review.outcome is ReviewOutcome.INTEGRATION:
        await tx.tasks.open(missing_documents_task(new_id(), case, claim, now=tx.now))
    for event in events:
        tx.publish(event)
    if claim.revision > 1 and review.outcome is not ReviewOutcome.INTEGRATION:
        await close_checks(tx, case=case, claim=claim)
    tx.audit("claim_reviewed", entity="claim", entity_id=claim.claim_id, outcome=review.outcome)


async def _lapse_days(tx: Tx, claim: Claim) -> int:
    in_force = [plan for plan in await tx.plans.all() if plan.in_force_on(claim.expense.document_date)]
    return in_force[0].claim_lapse_days if in_force else DEFAULT_LAPSE_DAYS
