"""Let what a check found reach the decision, and close checks when their claim waits for them no longer."""

from dataclasses import replace

from claims_api.domain.appeal import AppealState
from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_check import check_closed
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.correction import recheck
from claims_api.domain.errors import MemberNotFound, ReviewPending
from claims_api.domain.submission import submitted_event
from claims_api.domain.task import TaskKind
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date

_ENDED = frozenset({ClaimState.REJECTED, ClaimState.WITHDRAWN})
_WAITING = frozenset({AppealState.OPEN, AppealState.PROPOSED})


async def apply_finding(tx: Tx, *, case: Case, claim: Claim, fact: tuple[str, str], reason: str) -> bool:
    """Tell the rules the fact, in a new revision: a decided claim is corrected; say whether they have to decide.

    A claim for which nothing is paid stays as it is.
    Raises: ClaimNotCorrectable, ReviewPending.
    """
    if claim.state in _ENDED:
        return False
    asked = await tx.appeals.of_claim(claim.claim_id)
    if await tx.reviews.open_for(claim.claim_id) or any(one.state in _WAITING for one in asked):
        raise ReviewPending("A payment or a review request on this claim is not answered yet: answer it first.")
    before, (name, value) = claim.expense, fact
    undecided = claim.state in {ClaimState.REFERRED, ClaimState.SUSPENDED}
    facts = replace(before, extra={**before.extra, name: value})
    recheck(case, claim, facts, reason=reason, now=tx.now, actor=tx.context.actor)
    if undecided:
        await tx.work.close(claim.claim_id, at=tx.now)
        await tx.tasks.close(TaskKind.MISSING_DOCUMENTS, claim.claim_id, at=tx.now)
    member = await tx.members.find(case.member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    await tx.cases.save(case)
    await tx.cases.change_facts(claim, before=before, reason=reason)
    tx.publish(submitted_event(case, claim, member))
    tx.audit("claim_rechecked", entity="claim", entity_id=claim.claim_id, revision=claim.revision, fact=name)
    return True


async def close_checks(tx: Tx, *, case: Case, claim: Claim) -> None:
    """Close the claim's checks that have their result, and tell it: its payment waits no longer."""
    for closed in await tx.checks.close(claim.claim_id, at=tx.now):
        tx.publish(check_closed(case, claim, closed, today=rome_date(tx.now)))


async def drop_checks(tx: Tx, *, case: Case, claim: Claim) -> None:
    """End the checks of a claim that is taken back."""
    for closed in await tx.checks.drop(claim.claim_id, by=tx.context.actor, at=tx.now):
        tx.publish(check_closed(case, claim, closed, today=rome_date(tx.now)))
        await tx.tasks.close(TaskKind.CHECK_UP_VISIT, closed.check_id, at=tx.now)
    await tx.work.close_sample(claim.claim_id, at=tx.now)
