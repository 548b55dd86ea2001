"""Keep an uploaded file, and show it to those who may see it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from claims_api.domain.document import Document, DocumentState, StoredFile, require_ready
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import DocumentNotFound, MemberNotFound
from claims_api.use_cases.ports import Tx
from claims_api.use_cases.read_invoice import ask_reading


async def store_document(  # noqa: PLR0913 (what is known of a new file)
    tx: Tx,
    *,
    document_id: UUID,
    member_id: UUID,
    kind: DocumentKind,
    sha256: str,
    file: StoredFile,
    state: DocumentState,
    work_due_at: datetime | None,
) -> Document:
    """Register the file for its member; the same bytes again say which document they repeat.

    Shapes: `sha256` of what was uploaded; `file` is what is kept of it, or the upload itself while it is `received`.
    Raises: MemberNotFound.
    """
    if await tx.members.find(member_id) is None:
        raise MemberNotFound("There is no such member.")
    first = await tx.documents.first_with_content(member_id, sha256)
    document = Document(
        document_id=document_id,
        member_id=member_id,
        kind=kind,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=sha256,
        content_sha256=None if state is DocumentState.RECEIVED else file.sha256,
        storage_key=file.storage_key,
        duplicate_of=first.document_id if first else None,
        uploaded_at=tx.now,
        uploaded_by=tx.context.actor,
        state=state,
        work_due_at=work_due_at,
    )
    await tx.documents.add(document)
    await ask_reading(tx, document)
    tx.audit("document_uploaded", entity="document", entity_id=document_id, kind=kind, state=state)
    return document


async def find_document(tx: Tx, *, document_id: UUID, owner_member_id: UUID | None) -> Document:
    """Return what is known of a document to its owner or to staff.

    Raises: DocumentNotFound.
    """
    document = await tx.documents.find(document_id)
    if document is None or owner_member_id not in {None, document.member_id}:
        raise DocumentNotFound("There is no such document.")
    return document


async def read_document(tx: Tx, *, document_id: UUID, owner_member_id: UUID | None, by_link: bool = False) -> Document:
    """Open a document's content to its owner or to staff, and write down who read it.

    Raises: DocumentNotFound, DocumentNotAvailable.
    """
    document = await find_document(tx, document_id=document_id, owner_member_id=owner_member_id)
    if document.readable_key:
        owner, way = str(document.member_id), "link" if by_link else "token"
        tx.audit("document_read", entity="document", entity_id=document_id, member_id=owner, by=way)
    return document


async def require_ready_documents(tx: Tx, *, document_ids: Sequence[UUID]) -> None:
    """Let a claim be sent only with documents that passed every check.

    Raises: DocumentsNotReady.
    """
    if document_ids:
        require_ready(await tx.documents.find_many(document_ids))
