"""Uploads in parts (the draft "Resumable Uploads for HTTP"): begin, append, ask how far it came."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from claims_api.adapters.document_files import UPLOADS, chunks, on_disk, receive, sha256_of, unguessable_key
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.document_kinds import MAX_DOCUMENT_BYTES, DocumentKind
from claims_api.domain.upload import Upload, check_offset
from claims_api.entrypoints.http.acting import member_for
from claims_api.entrypoints.http.callers import Applicant
from claims_api.entrypoints.http.document_views import DocumentView, waiting_headers
from claims_api.entrypoints.http.intake import Intake, UploadFacts
from claims_api.entrypoints.http.multipart import invalid, too_large
from claims_api.use_cases.resume_upload import (
    append_part,
    begin_upload,
    find_upload,
    finish_upload,
    give_up_upload,
    name_document,
)
from claims_api.use_cases.store_document import find_document
from kit.auth import Caller
from kit.commands import request_context, run_command
from kit.errors import InvalidInput
from kit.ids import new_id

PREFIX = "/v1/documents/uploads"
LIMIT = f"max-size={MAX_DOCUMENT_BYTES}"
OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, description="Number of the first byte of this part")]


class NewUpload(BaseModel):
    """A file that is going to come in parts."""

    kind: DocumentKind
    length_bytes: Annotated[int, Field(ge=1, description="Size of the whole file, at most 20,000,000")]
    member_id: UUID | None = Field(default=None, description="Staff only: whose it is")


class UploadView(BaseModel):
    """How far an upload has come; `document_id` once its file was taken in."""

    upload_id: UUID
    kind: DocumentKind
    length_bytes: int
    offset_bytes: int
    expires_at: datetime
    document_id: UUID | None

    @classmethod
    def of(cls, upload: Upload) -> "UploadView":
        return cls.model_validate(upload, from_attributes=True)


def _headers(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.offset_bytes),
        "Upload-Length": str(upload.length_bytes),
        "Upload-Complete": "?1" if upload.complete else "?0",
        "Upload-Limit": LIMIT,
        "Cache-Control": "no-store",
    }


async def _spool(request: Request, path: Path, room: int) -> int:
    """Write the body to a file; what came before a lost connection counts."""
    size = 0
    with path.open("wb") as file, suppress(ClientDisconnect):
        async for chunk in request.stream():
            size += len(chunk)
            if size > room:
                raise invalid("body", "upload_length", "The parts are longer than the file was said to be.")
            file.write(chunk)
    return size


async def _append(services: Services, request: Request, caller: Caller, upload: Upload) -> Upload:
    """Store what comes and add it to the upload."""
    with TemporaryDirectory(prefix="part-") as folder:
        path = Path(folder) / "part"
        size = await _spool(request, path, upload.length_bytes - upload.offset_bytes)
        if size == 0:
            return upload
        key = unguessable_key(caller.fund, UPLOADS)
        await services.contents.put(key, chunks(path), fund=caller.fund)
    try:
        async with services.uow.begin(request_context(request, caller)) as tx:
            return await append_part(tx, seen=upload, offset=upload.offset_bytes, size=size, key=key)
    except BaseException:
        await services.contents.delete(key)
        raise


async def _take_in(services: Services, request: Request, caller: Caller, upload: Upload) -> DocumentView:
    """Check and register the whole file; a refused one ends its upload."""
    context = request_context(request, caller)
    try:
        async with on_disk(services.contents, *upload.parts) as source:
            facts = UploadFacts(member_id=upload.member_id, kind=upload.kind, sha256=sha256_of(source))
            received = await receive(
                services.contents,
                services.checker,
                fund=caller.fund,
                source=source,
                sha256=facts.sha256,
                seconds=services.settings.document_check_seconds,
            )
    except InvalidInput:
        async with services.uow.begin(context) as tx:
            await give_up_upload(tx, upload_id=upload.upload_id, owner_member_id=upload.member_id)
        raise
    try:
        async with services.uow.begin(context) as tx:
            whole = await finish_upload(tx, seen=upload)
            document = await Intake(services, caller, facts).register(tx, received)
            await name_document(tx, upload=whole, document_id=document.document_id)
    except BaseException:
        await services.contents.delete(received.file.storage_key)
        raise
    return DocumentView.of(document)


async def _answer(services: Services, request: Request, caller: Caller, upload: Upload) -> Response:
    """Tell how far it came, or show the document that the whole file became."""
    if not upload.complete:
        return Response(status_code=204, headers=_headers(upload))
    if upload.document_id is None:
        view = await _take_in(services, request, caller, upload)
    else:
        async with services.uow.begin(request_context(request, caller)) as tx:
            found = await find_document(tx, document_id=upload.document_id, owner_member_id=caller.owner_member_id)
        view = DocumentView.of(found)
    headers = _headers(upload) | waiting_headers(view.state) | {"Location": f"/v1/documents/{view.document_id}"}
    return Response(view.model_dump_json(), status_code=201, media_type="application/json", headers=headers)


async def _begin(services: Services, request: Request, caller: Caller, body: NewUpload, key: str | None) -> Response:
    member_id = member_for(caller, body.member_id)

    async def work(tx: ClaimsTransaction) -> UploadView:
        upload = await begin_upload(
            tx, upload_id=new_id(), member_id=member_id, kind=body.kind, length=body.length_bytes
        )
        return UploadView.of(upload)

    response = await run_command(
        request,
        caller,
        uow=services.uow,
        body=body,
        key=key,
        status=201,
        work=work,
        location=lambda view: f"{PREFIX}/{view.upload_id}",
    )
    response.headers.update({"Upload-Offset": "0", "Upload-Complete": "?0", "Upload-Limit": LIMIT})
    return response


def uploads_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["documents"])

    @router.post("", status_code=201, response_model=UploadView)
    async def begin_document_upload(
        request: Request, caller: Applicant, body: NewUpload, key: OptionalKey = None
    ) -> Response:
        """Begin an upload in parts; `Location` is where they go. It lasts 24 hours, at most ten at once."""
        if body.length_bytes > MAX_DOCUMENT_BYTES:
            raise too_large()
        return await _begin(services, request, caller, body, key)

    @router.head("/{upload_id}", status_code=204)
    async def ask_upload_offset(request: Request, caller: Applicant, upload_id: UUID) -> Response:
        """Ask how far the upload came: `Upload-Offset` is where the next part begins."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            upload = await find_upload(tx, upload_id=upload_id, owner_member_id=caller.owner_member_id)
        return Response(status_code=204, headers=_headers(upload))

    @router.get("/{upload_id}", response_model=UploadView)
    async def read_upload(request: Request, caller: Applicant, upload_id: UUID) -> Response:
        """Show how far the upload came, and the document that it became."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            upload = await find_upload(tx, upload_id=upload_id, owner_member_id=caller.owner_member_id)
        body = UploadView.of(upload).model_dump_json()
        return Response(body, media_type="application/json", headers=_headers(upload))

    @router.patch("/{upload_id}", responses={201: {"model": DocumentView}, 204: {"description": "More is to come"}})
    async def append_to_upload(request: Request, caller: Applicant, upload_id: UUID, offset: Offset) -> Response:
        """Append a part that begins at `Upload-Offset`. What arrives of an interrupted part is kept.

        The part that completes the file is answered like an upload of it: 201 with the document, or the rule that
        refuses it. The same last part again, or an empty one at the end, gives the same document.
        """
        async with services.uow.begin(request_context(request, caller)) as tx:
            upload = await find_upload(tx, upload_id=upload_id, owner_member_id=caller.owner_member_id)
        if not upload.complete:
            check_offset(upload, offset)
            upload = await _append(services, request, caller, upload)
        return await _answer(services, request, caller, upload)

    @router.delete("/{upload_id}", status_code=204)
    async def give_up_document_upload(request: Request, caller: Applicant, upload_id: UUID) -> Response:
        """Give up an upload; its parts are removed, a document that it became stays."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            await give_up_upload(tx, upload_id=upload_id, owner_member_id=caller.owner_member_id)
        return Response(status_code=204)

    return router
