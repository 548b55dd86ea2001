"""Documents: upload and download."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from claims_api.adapters.document_inspection import inspect
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.document import Document
from claims_api.domain.document_kinds import DocumentKind, MediaType
from claims_api.entrypoints.http.acting import member_for
from claims_api.entrypoints.http.callers import Applicant, Reader
from claims_api.entrypoints.http.multipart import UploadForm, invalid
from claims_api.use_cases.store_document import StoredContent, read_document, store_document
from kit.auth import Caller
from kit.commands import request_context, run_command
from kit.errors import DomainError
from kit.ids import new_id

OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "PDF, JPEG or PNG, 25 MiB"},
                        "kind": {"type": "string", "enum": [str(kind) for kind in DocumentKind]},
                        "member_id": {"type": "string", "format": "uuid", "description": "Staff only: whose it is"},
                    },
                }
            }
        },
    }
}
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


class UploadFacts(BaseModel):
    """What makes two uploads with one Idempotency-Key the same."""

    member_id: UUID
    kind: DocumentKind
    sha256: str


class DocumentView(BaseModel):
    """An uploaded document; `duplicate_of` is the member's earlier document with the same bytes."""

    document_id: UUID
    kind: DocumentKind
    media_type: MediaType
    size_bytes: int
    sha256: str
    duplicate_of: UUID | None

    @classmethod
    def of(cls, document: Document) -> "DocumentView":
        return cls.model_validate(document, from_attributes=True)


def _facts(form: UploadForm, caller: Caller) -> UploadFacts:
    try:
        kind = DocumentKind(form.texts["kind"].text or "")
    except ValueError:
        known = ", ".join(DocumentKind)
        raise invalid("kind", "document_kind", f"The kind is one of: {known}.") from None
    named = form.texts["member_id"].text
    try:
        member_id = member_for(caller, UUID(named) if named else None)
    except ValueError:
        raise invalid("member_id", "uuid", "member_id is no UUID.") from None
    return UploadFacts(member_id=member_id, kind=kind, sha256=form.file.sha256)


async def _store(services: Services, request: Request, caller: Caller, form: UploadForm, key: str | None) -> Response:
    facts = _facts(form, caller)
    media_type = await asyncio.to_thread(inspect, form.file.spool)
    document_id = new_id()
    content = StoredContent(
        storage_key=f"{caller.fund}/documents/{document_id}",
        media_type=media_type,
        size_bytes=form.file.size_bytes,
        sha256=facts.sha256,
    )
    used = False

    async def work(tx: ClaimsTransaction) -> DocumentView:
        nonlocal used
        document = await store_document(
            tx, document_id=document_id, member_id=facts.member_id, kind=facts.kind, content=content
        )
        used = document.storage_key == content.storage_key
        return DocumentView.of(document)

    # The bytes go first: a row without its bytes would be worse than bytes that no row knows.
    await services.contents.put(content.storage_key, form.file.chunks())
    try:
        response = await run_command(
            request,
            caller,
            uow=services.uow,
            body=facts,
            key=key,
            status=201,
            work=work,
            location=lambda view: f"/v1/documents/{view.document_id}/content",
        )
    except DomainError:
        used = False
        raise
    finally:
        if not used:
            await services.contents.delete(content.storage_key)
    return response


def documents_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/documents", tags=["documents"])

    @router.post("", status_code=201, response_model=DocumentView, openapi_extra=FORM)
    async def upload_document(request: Request, caller: Applicant, key: OptionalKey = None) -> Response:
        """Upload an invoice, a prescription, a receipt: PDF, JPEG or PNG by content, at most 25 MiB."""
        with UploadForm("kind", "member_id") as form:
            await form.read(request)
            return await _store(services, request, caller, form, key)

    @router.get("/{document_id}/content", response_class=StreamingResponse)
    async def download_document(request: Request, caller: Reader, document_id: UUID) -> Response:
        """Download a document as an attachment; every download is audited."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            document = await read_document(tx, document_id=document_id, owner_member_id=caller.owner_member_id)
        headers = SAFE_HEADERS | {
            "Content-Disposition": f'attachment; filename="{document.file_name}"',
            "Content-Length": str(document.size_bytes),
        }
        content = await services.contents.stream(document.storage_key)
        return StreamingResponse(content, media_type=document.media_type, headers=headers)

    return router
