"""Put claims into the desk's queue, and take them out."""

from claims_api.domain.case import Case, Claim
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.review import Review
from claims_api.domain.work_item import WorkItem, WorkKind
from claims_api.use_cases.ports import Tx
from kit.ids import new_id


async def queue_claim(tx: Tx, *, case: Case, claim: Claim, terms: FundTerms, proposal: Review | None = None) -> None:
    """Open the item of a referred claim, or of a proposal that waits for its second person."""
    if claim.received_on is None or case.submitted_at is None:
        raise ValueError("only what was received can be queued")
    await tx.work.open(
        WorkItem(
            item_id=new_id(),
            kind=WorkKind.CONFIRMATION if proposal else WorkKind.REVIEW,
            claim_id=claim.claim_id,
            case_id=case.case_id,
            case_number=case.number,
            review_role=claim.review or "operator",
            article=claim.expense.article,
            channel=case.channel,
            amount_cents=claim.expense.amount_cents,
            received_on=claim.received_on,
            queued_at=terms.queued_at(case.channel, case.submitted_at),
            opened_at=tx.now,
            review_id=proposal.review_id if proposal else None,
            not_for=proposal.proposed_by if proposal else None,
        )
    )
