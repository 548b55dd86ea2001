"""Keep an uploaded file that passed the checks."""

from dataclasses import dataclass
from uuid import UUID

from claims_api.domain.document import Document
from claims_api.domain.document_kinds import DocumentKind, MediaType
from claims_api.domain.errors import DocumentNotFound, MemberNotFound
from claims_api.use_cases.ports import Tx


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The bytes as they lie in the document store."""

    storage_key: str
    media_type: MediaType
    size_bytes: int
    sha256: str


async def store_document(
    tx: Tx, *, document_id: UUID, member_id: UUID, kind: DocumentKind, content: StoredContent
) -> Document:
    """Register the file for its member; the same bytes again point to the first one.

    Raises: MemberNotFound.
    """
    if await tx.members.find(member_id) is None:
        raise MemberNotFound("There is no such member.")
    first = await tx.documents.first_with_content(member_id, content.sha256)
    document = Document(
        document_id=document_id,
        member_id=member_id,
        kind=kind,
        media_type=content.media_type,
        size_bytes=content.size_bytes,
        sha256=content.sha256,
        storage_key=first.storage_key if first else content.storage_key,
        duplicate_of=first.document_id if first else None,
        uploaded_at=tx.now,
        uploaded_by=tx.context.actor,
    )
    await tx.documents.add(document)
    tx.audit("document_uploaded", entity="document", entity_id=document_id, kind=kind)
    return document


async def read_document(tx: Tx, *, document_id: UUID, owner_member_id: UUID | None) -> Document:
    """Return a document to its owner or to staff.

    Raises: DocumentNotFound.
    """
    document = await tx.documents.find(document_id)
    if document is None or owner_member_id not in {None, document.member_id}:
        raise DocumentNotFound("There is no such document.")
    tx.audit("document_read", entity="document", entity_id=document_id, member_id=str(document.member_id))
    return document
