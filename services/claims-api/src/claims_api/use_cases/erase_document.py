"""Erase documents by the fund's rules or by the member's wish, and keep those on hold."""

from dataclasses import replace
from uuid import UUID

from claims_api.domain.document import Document, DocumentState
from claims_api.domain.errors import DocumentNotAvailable, DocumentNotFound
from claims_api.domain.retention import EraseReason, RetentionRules, check_unused, erase_reason, erased
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date


async def erase_by_rule(tx: Tx, *, document_id: UUID, rules: RetentionRules) -> bool:
    """Erase a document whose time is over today; say whether it was."""
    document = await tx.documents.lock(document_id)
    if document is None:
        return False
    use = await tx.documents.use_of(document_id)
    reason = erase_reason(rules, document, use, uploaded_on=rome_date(document.uploaded_at), today=rome_date(tx.now))
    if reason is not None:
        await _erase(tx, document, reason)
    return reason is not None


async def erase_own_document(tx: Tx, *, document_id: UUID, owner_member_id: UUID | None) -> Document:
    """Erase a document that no claim that was sent rests on; an erased one stays as it is.

    Raises: DocumentNotFound, DocumentInUse, DocumentHeld.
    """
    document = await _own(tx, document_id, owner_member_id)
    if document.state is DocumentState.ERASED:
        return document
    check_unused(await tx.documents.use_of(document_id))
    return await _erase(tx, document, EraseReason.MEMBER)


async def hold_document(tx: Tx, *, document_id: UUID, reason: str | None) -> Document:
    """Put a document on hold, for a dispute or a court, or let it go again (no reason).

    Raises: DocumentNotFound, DocumentNotAvailable when it is erased already.
    """
    document = await _own(tx, document_id, None)
    if document.state is DocumentState.ERASED:
        raise DocumentNotAvailable("The document was erased.", state=document.state)
    held = replace(document, hold_reason=reason)
    await tx.documents.save(held)
    tx.audit("document_held" if reason else "document_released", entity="document", entity_id=document_id)
    return held


async def _own(tx: Tx, document_id: UUID, owner_member_id: UUID | None) -> Document:
    document = await tx.documents.lock(document_id)
    if document is None or owner_member_id not in {None, document.member_id}:
        raise DocumentNotFound("There is no such document.")
    return document


async def _erase(tx: Tx, document: Document, reason: EraseReason) -> Document:
    tombstone = erased(document, reason, at=tx.now)
    await tx.documents.save(tombstone)
    await tx.extractions.remove(document.document_id)
    if document.storage_key is not None:
        await tx.documents.drop_object(document.storage_key, at=tx.now)
    tx.audit("document_erased", entity="document", entity_id=document.document_id, reason=reason)
    return tombstone
