"""Take a claim out of a case that was not sent yet."""

from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.submission import check_draft
from claims_api.use_cases.find_case import own_case_of_claim
from claims_api.use_cases.ports import Tx


async def withdraw_claim(tx: Tx, *, claim_id: UUID, owner_member_id: UUID | None) -> Case:
    """Withdraw a draft claim; its expense can be claimed again.

    Raises: ClaimNotFound, CaseNotDraft, ForbiddenTransition.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=owner_member_id, lock=True)
    check_draft(case)
    case.move(case.claim(claim_id), ClaimState.WITHDRAWN, at=tx.now, actor=tx.context.actor)
    await tx.cases.save(case)
    tx.audit("claim_withdrawn", entity="claim", entity_id=claim_id)
    return case
