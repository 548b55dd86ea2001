"""Uploads in parts: begin, append, take in, give up."""

from dataclasses import replace
from uuid import UUID

from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import MemberNotFound, TooManyUploads, UploadFinished, UploadNotFound
from claims_api.domain.upload import LIFESPAN, MAX_OPEN, Upload, appended
from claims_api.use_cases.ports import Tx


async def begin_upload(tx: Tx, *, upload_id: UUID, member_id: UUID, kind: DocumentKind, length: int) -> Upload:
    """Begin an upload of so many bytes.

    Raises: MemberNotFound, TooManyUploads.
    """
    if await tx.members.lock(member_id) is None:
        raise MemberNotFound("There is no such member.")
    if await tx.uploads.open_count(member_id, tx.now) >= MAX_OPEN:
        raise TooManyUploads(f"At most {MAX_OPEN} uploads at once: end or give up one of them.")
    upload = Upload(upload_id, member_id, kind, length, 0, (), tx.now, tx.now + LIFESPAN)
    await tx.uploads.add(upload)
    return upload


async def find_upload(tx: Tx, *, upload_id: UUID, owner_member_id: UUID | None, lock: bool = False) -> Upload:
    """Return an upload that is not over.

    Raises: UploadNotFound.
    """
    upload = await (tx.uploads.lock(upload_id) if lock else tx.uploads.find(upload_id))
    if upload is None or owner_member_id not in {None, upload.member_id} or upload.expires_at <= tx.now:
        raise UploadNotFound("There is no such upload, or its time is over: begin another one.")
    return upload


async def append_part(tx: Tx, *, seen: Upload, offset: int, size: int, key: str) -> Upload:
    """Add a stored part; of two parts for the same place the second one is refused.

    Raises: UploadNotFound, UploadOffsetMismatch, UploadFinished.
    """
    upload = await find_upload(tx, upload_id=seen.upload_id, owner_member_id=seen.member_id, lock=True)
    upload = appended(upload, offset=offset, size=size, key=key)
    await tx.uploads.save(upload)
    return upload


async def finish_upload(tx: Tx, *, seen: Upload) -> Upload:
    """Lock the upload whose file is taken in now; its parts go with the commit.

    Raises: UploadNotFound, UploadFinished when somebody else was first.
    """
    upload = await find_upload(tx, upload_id=seen.upload_id, owner_member_id=seen.member_id, lock=True)
    if upload.document_id is not None:
        raise UploadFinished("The file is complete.", document_id=str(upload.document_id))
    await _drop_parts(tx, upload)
    return upload


async def name_document(tx: Tx, *, upload: Upload, document_id: UUID) -> None:
    """Write which document the upload became."""
    await tx.uploads.save(replace(upload, parts=(), document_id=document_id))


async def give_up_upload(tx: Tx, *, upload_id: UUID, owner_member_id: UUID | None) -> None:
    """Forget an upload and its parts; one that is gone already is no fault."""
    upload = await tx.uploads.lock(upload_id)
    if upload is None or owner_member_id not in {None, upload.member_id}:
        return
    await _drop_parts(tx, upload)
    await tx.uploads.remove(upload_id)


async def _drop_parts(tx: Tx, upload: Upload) -> None:
    for key in upload.parts:
        await tx.documents.drop_object(key, at=tx.now)
