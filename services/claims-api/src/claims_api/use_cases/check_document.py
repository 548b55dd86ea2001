"""Write down what the checks of a document found; the checks themselves run before, outside any transaction."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from claims_api.domain.document import Document, DocumentState, StoredFile, checked, refused, scanned_clean
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.read_invoice import ask_reading


async def accept_content(tx: Tx, *, seen: Document, clean: StoredFile, scan_due_at: datetime | None) -> bool:
    """Put the checked bytes in the place of the received ones; say whether they were still wanted."""
    document = await _unchanged(tx, seen)
    if document is None or document.storage_key is None:
        return False
    passed = checked(document, clean, scan_due_at=scan_due_at)
    await tx.documents.save(passed)
    await ask_reading(tx, passed)
    await tx.documents.drop_object(document.storage_key, at=tx.now)
    tx.audit("document_checked", entity="document", entity_id=document.document_id)
    return True


async def accept_scan(tx: Tx, *, seen: Document) -> None:
    """Take note that the virus scanner found nothing."""
    document = await _unchanged(tx, seen)
    if document is not None:
        passed = scanned_clean(document)
        await tx.documents.save(passed)
        await ask_reading(tx, passed)
        tx.audit("document_scanned", entity="document", entity_id=document.document_id)


async def refuse_document(tx: Tx, *, seen: Document, rule: str) -> None:
    """Take note of the rule that refuses the file; its bytes go, the hash stays."""
    document = await _unchanged(tx, seen)
    if document is None:
        return
    await tx.documents.save(refused(document, rule))
    if document.storage_key is not None:
        await tx.documents.drop_object(document.storage_key, at=tx.now)
    tx.audit("document_refused", entity="document", entity_id=document.document_id, rule=rule)


async def postpone_work(tx: Tx, *, document_id: UUID, until: datetime) -> None:
    """Leave the document waiting: what its check needs does not answer."""
    document = await tx.documents.lock(document_id)
    if document is not None and document.state in {DocumentState.RECEIVED, DocumentState.CHECKED}:
        await tx.documents.save(replace(document, work_due_at=until))


async def _unchanged(tx: Tx, seen: Document) -> Document | None:
    """Return the document, locked, unless somebody else has meanwhile finished this very step."""
    document = await tx.documents.lock(seen.document_id)
    if document is None or (document.state, document.storage_key) != (seen.state, seen.storage_key):
        return None
    return document
