"""Have an invoice read by the worker, and show what it proposes."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from claims_api.domain.document import Document, DocumentState
from claims_api.domain.document_kinds import READABLE_KINDS
from claims_api.domain.errors import DocumentNotFound
from claims_api.domain.extraction import MAX_TRIES, Extraction, ExtractionState, WantedReading, was_read
from claims_api.domain.invoice_reading import ReadField
from claims_api.domain.signature import Signature
from claims_api.use_cases.ports import Tx


async def ask_reading(tx: Tx, document: Document) -> None:
    """Have a document read once it is ready, where its kind states an expense."""
    if document.state is DocumentState.READY and document.kind in READABLE_KINDS:
        await tx.extractions.ask(document.document_id, at=tx.now)


async def begin_reading(tx: Tx, *, extraction: Extraction) -> WantedReading | None:
    """Return what the reader needs; a document that is gone, or that failed too often, is given up."""
    document = await tx.documents.find(extraction.document_id)
    if document is None or document.state is not DocumentState.READY or extraction.tries > MAX_TRIES:
        await tx.extractions.save(was_read(extraction, "none", (), {}, at=tx.now))
        return None
    codes = frozenset(await _persons(tx, document))
    return WantedReading(document.readable_key, document.media_type, codes)


async def finish_reading(
    tx: Tx,
    *,
    extraction: Extraction,
    method: str,
    fields: Iterable[ReadField],
    signatures: Sequence[Signature] = (),
) -> None:
    """Keep what was read."""
    document = await tx.documents.find(extraction.document_id)
    persons = await _persons(tx, document) if document else {}
    await tx.extractions.save(was_read(extraction, method, fields, persons, at=tx.now, signatures=signatures))


async def show_extraction(tx: Tx, *, document_id: UUID, owner_member_id: UUID | None) -> Extraction:
    """Return what was read in a document to its owner or to staff.

    Raises: DocumentNotFound.
    """
    document = await tx.documents.find(document_id)
    if document is None or owner_member_id not in {None, document.member_id}:
        raise DocumentNotFound("There is no such document.")
    found = await tx.extractions.find(document_id)
    return found or Extraction(document_id, ExtractionState.NOT_READ)


async def _persons(tx: Tx, document: Document) -> dict[str, UUID]:
    member = await tx.members.find(document.member_id)
    return {person.fiscal_code: person.person_id for person in member.persons} if member else {}
