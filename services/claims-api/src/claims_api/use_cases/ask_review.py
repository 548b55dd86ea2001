"""Let a member ask the fund to review a decision (revisione)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from claims_api.domain.appeal import Appeal, AppealState, check_appeal
from claims_api.domain.case import Case, Claim
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.fund_terms import FundTerms
from claims_api.use_cases.find_case import own_case_of_claim, own_documents
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.store_document import require_ready_documents
from claims_api.use_cases.work_queue import queue_review_request
from kit.clock import rome_date
from kit.ids import new_id

_DECIDING = frozenset({ClaimState.APPROVED, ClaimState.REJECTED})


async def ask_review(
    tx: Tx,
    *,
    claim_id: UUID,
    owner_member_id: UUID | None,
    reason: str,
    document_ids: Sequence[UUID],
    terms: FundTerms,
) -> Appeal:
    """Take in the request with its documents, and put it into the desk's queue.

    Raises: ClaimNotFound, NotReviewable, ReviewTermOver, ReviewRequestOpen, DocumentNotFound, DocumentsNotReady.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=owner_member_id, lock=True)
    claim = case.claim(claim_id)
    documents = await own_documents(tx, document_ids=document_ids, member_id=case.member_id)
    await require_ready_documents(tx, document_ids=document_ids)
    decided_on = await _decided_on(tx, case, claim)
    check_appeal(claim, decided_on=decided_on, today=rome_date(tx.now), term_days=terms.review_request_days)
    appeal = Appeal(
        appeal_id=new_id(),
        claim_id=claim_id,
        case_id=case.case_id,
        member_id=case.member_id,
        revision=claim.revision,
        reason=reason,
        document_ids=tuple(one.document_id for one in documents),
        state=AppealState.OPEN,
        requested_by=tx.context.actor,
        requested_at=tx.now,
    )
    await tx.appeals.add(appeal)
    await tx.work.close(claim_id, at=tx.now)
    await queue_review_request(tx, case=case, claim=claim, terms=terms, appeal=appeal)
    tx.audit("review_requested", entity="claim", entity_id=claim_id, review_request_id=str(appeal.appeal_id))
    return appeal


async def list_review_requests(tx: Tx, *, claim_id: UUID, owner_member_id: UUID | None) -> list[Appeal]:
    """Return the requests about a claim with their answers.

    Raises: ClaimNotFound.
    """
    await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=owner_member_id)
    tx.audit("review_requests_read", entity="claim", entity_id=claim_id)
    return await tx.appeals.of_claim(claim_id)


async def _decided_on(tx: Tx, case: Case, claim: Claim) -> date | None:
    history = (await tx.cases.detail(case)).history.get(claim.claim_id, ())
    decisions = [rome_date(one.at) for one in history if one.to_state in _DECIDING]
    return decisions[-1] if decisions else None
