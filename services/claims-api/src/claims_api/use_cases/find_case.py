"""Reach a case or a claim for somebody who may."""

from collections.abc import Sequence
from uuid import UUID

from claims_api.domain.case import Case
from claims_api.domain.errors import CaseNotFound, ClaimNotFound, DocumentNotFound
from claims_api.domain.expense import AttachedDocument
from claims_api.domain.member import Member
from claims_api.use_cases.ports import Tx
from kit.errors import FieldError


async def own_case(tx: Tx, *, case_id: UUID, owner_member_id: UUID | None) -> Case:
    """Return a case; another member's is as if it did not exist.

    Raises: CaseNotFound.
    """
    case = await tx.cases.find(case_id)
    if case is None or owner_member_id not in {None, case.member_id}:
        raise CaseNotFound("There is no such case.")
    return case


async def lock_own_case(tx: Tx, *, case_id: UUID, owner_member_id: UUID | None) -> tuple[Case, Member]:
    """Return a case, locked, with its member; another member's is as if it did not exist.

    Raises: CaseNotFound.
    """
    found = await tx.cases.lock_with_member(case_id)
    if found is None or owner_member_id not in {None, found[0].member_id}:
        raise CaseNotFound("There is no such case.")
    return found


async def own_case_of_claim(tx: Tx, *, claim_id: UUID, owner_member_id: UUID | None, lock: bool = False) -> Case:
    """Return the case of a claim; another member's is as if it did not exist.

    Raises: ClaimNotFound.
    """
    case = await tx.cases.find_by_claim(claim_id, lock=lock)
    if case is None or owner_member_id not in {None, case.member_id}:
        raise ClaimNotFound("There is no such claim.")
    return case


async def own_documents(tx: Tx, *, document_ids: Sequence[UUID], member_id: UUID) -> list[AttachedDocument]:
    """Return the member's documents in the order asked for, each once.

    Raises: DocumentNotFound, naming every one that is not the member's.
    """
    if not document_ids:
        return []
    found = {one.document_id: one for one in await tx.documents.find_many(document_ids) if one.member_id == member_id}
    faults = [
        FieldError(f"/documents/{index}/document_id", "document_not_found", "There is no such document.")
        for index, document_id in enumerate(document_ids)
        if document_id not in found
    ]
    if faults:
        raise DocumentNotFound("A document does not exist.", errors=faults)
    return [AttachedDocument(one, found[one].kind) for one in dict.fromkeys(document_ids)]
