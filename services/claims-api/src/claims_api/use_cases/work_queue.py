"""Put claims into the desk's queue, and take them out."""

from datetime import datetime
from uuid import UUID

from claims_api.domain.appeal import Appeal, AppealState
from claims_api.domain.case import Case, Claim
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.review import Review
from claims_api.domain.work_item import WorkItem, WorkKind
from claims_api.use_cases.ports import Tx
from kit.ids import new_id

_FOR_REVIEWER = frozenset({WorkKind.REVIEW, WorkKind.CONFIRMATION})


async def queue_claim(tx: Tx, *, case: Case, claim: Claim, terms: FundTerms, proposal: Review | None = None) -> None:
    """Open the item of a referred claim, or of a proposal that waits for its second person."""
    if proposal is None:
        await _open(tx, case, claim, terms, WorkKind.REVIEW)
    else:
        await _open(tx, case, claim, terms, WorkKind.CONFIRMATION, about=(proposal.review_id, proposal.proposed_by))


async def queue_review_request(tx: Tx, *, case: Case, claim: Claim, terms: FundTerms, appeal: Appeal) -> None:
    """Open the item of a member's review request, or of a correction that waits for its second person."""
    kind = WorkKind.CONFIRMATION if appeal.state is AppealState.PROPOSED else WorkKind.REVIEW_REQUEST
    await _open(tx, case, claim, terms, kind, about=(appeal.appeal_id, appeal.answered_by), queued_at=tx.now)


async def queue_escalation(tx: Tx, *, case: Case, claim: Claim, terms: FundTerms) -> None:
    """Open the item of a claim that waits beyond its due date; it is served first."""
    await _open(tx, case, claim, terms, WorkKind.ESCALATION)


async def queue_sample(tx: Tx, *, case: Case, claim: Claim, terms: FundTerms) -> None:
    """Open the item of a claim that was drawn for a check; it waits behind everything that a member waits for."""
    await _open(tx, case, claim, terms, WorkKind.SAMPLE, queued_at=tx.now)


async def _open(  # noqa: PLR0913 (what an item is made of)
    tx: Tx,
    case: Case,
    claim: Claim,
    terms: FundTerms,
    kind: WorkKind,
    *,
    about: tuple[UUID | None, str | None] = (None, None),
    queued_at: datetime | None = None,
) -> None:
    if claim.received_on is None:
        raise ValueError("only what was received can be queued")
    review_id, not_for = about
    await tx.work.open(
        WorkItem(
            item_id=new_id(),
            kind=kind,
            claim_id=claim.claim_id,
            case_id=case.case_id,
            case_number=case.number,
            review_role=(claim.review if kind in _FOR_REVIEWER else None) or "operator",
            article=claim.expense.article,
            channel=case.channel,
            amount_cents=claim.expense.amount_cents,
            currency=claim.expense.currency,
            converted_cents=claim.converted_cents,
            received_on=claim.received_on,
            queued_at=queued_at or terms.turn_of(case),
            opened_at=tx.now,
            review_id=review_id,
            not_for=not_for,
            escalated_at=tx.now if kind is WorkKind.ESCALATION else None,
        )
    )
