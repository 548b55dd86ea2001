"""Complete a suspended claim with the documents that were missing."""

from collections.abc import Sequence
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.errors import MemberNotFound
from claims_api.domain.submission import submitted_event
from claims_api.domain.suspension import complete
from claims_api.domain.task import TaskKind
from claims_api.use_cases.find_case import own_case_of_claim, own_documents
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.store_document import require_ready_documents
from kit.clock import rome_date


async def complete_claim(tx: Tx, *, claim_id: UUID, owner_member_id: UUID | None, document_ids: Sequence[UUID]) -> Case:
    """Send the claim again with a higher revision and its first day of receipt.

    Raises: ClaimNotFound, ClaimNotSuspended, SuspensionLapsed, DocumentNotFound, DocumentsNotReady.
    """
    case = await own_case_of_claim(tx, claim_id=claim_id, owner_member_id=owner_member_id, lock=True)
    claim = case.claim(claim_id)
    documents = await own_documents(tx, document_ids=document_ids, member_id=case.member_id)
    await require_ready_documents(tx, document_ids=document_ids)
    complete(case, claim, documents, now=tx.now, today=rome_date(tx.now), actor=tx.context.actor)
    member = await tx.members.find(case.member_id)
    if member is None:
        raise MemberNotFound("There is no such member.")
    await tx.cases.save(case)
    await tx.tasks.close(TaskKind.MISSING_DOCUMENTS, claim_id, at=tx.now)
    tx.publish(submitted_event(case, claim, member))
    tx.audit("claim_completed", entity="claim", entity_id=claim_id, revision=claim.revision)
    return case
