"""Documents: upload, state, download, short-lived links."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from claims_api.bootstrap import Services
from claims_api.domain.document import RETRY_SECONDS, Document
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import DocumentNotFound
from claims_api.domain.extraction import ExtractionState
from claims_api.entrypoints.http.acting import member_for
from claims_api.entrypoints.http.callers import Applicant, Reader
from claims_api.entrypoints.http.document_views import (
    DocumentLink,
    DocumentView,
    ExtractionView,
    download_headers,
    waiting_headers,
)
from claims_api.entrypoints.http.intake import FORM, Intake, UploadFacts
from claims_api.entrypoints.http.multipart import UploadForm, invalid
from claims_api.use_cases.read_invoice import show_extraction
from claims_api.use_cases.store_document import find_document, read_document
from kit.auth import Caller, Public
from kit.commands import request_context
from kit.context import Context
from kit.errors import InvalidInput

LINK_LIFESPAN = timedelta(seconds=60)
OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]


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


async def _download(services: Services, document: Document) -> Response:
    content: AsyncIterator[bytes] = await services.contents.stream(document.readable_key)
    return StreamingResponse(content, media_type=document.media_type, headers=download_headers(document))


def documents_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/documents", tags=["documents"])

    @router.post("", status_code=201, response_model=DocumentView, openapi_extra=FORM)
    async def upload_document(request: Request, caller: Applicant, key: OptionalKey = None) -> Response:
        """Upload an invoice, a prescription, a receipt: at most 20 MB, judged by its content.

        A refusal names its rule. The answer is `ready` as a rule; `received` or `checked` means that the worker still
        looks at it: ask again after `Retry-After` seconds. A claim can be sent only with documents that are ready.
        """
        with UploadForm("kind", "member_id") as form:
            await form.read(request)
            intake = Intake(services, caller, _facts(form, caller))
            return await intake.answer(request, form.file.path, key)

    @router.get("/{document_id}", response_model=DocumentView)
    async def read_document_state(request: Request, caller: Reader, document_id: UUID) -> Response:
        """Show what is known of a document; while it waits, `Retry-After` says when to ask again."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            document = await find_document(tx, document_id=document_id, owner_member_id=caller.owner_member_id)
        body = DocumentView.of(document).model_dump_json()
        return Response(body, media_type="application/json", headers=waiting_headers(document.state))

    @router.get("/{document_id}/content", response_class=StreamingResponse)
    async def download_document(request: Request, caller: Reader, document_id: UUID) -> Response:
        """Download a document as an attachment; every download is audited."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            document = await read_document(tx, document_id=document_id, owner_member_id=caller.owner_member_id)
        return await _download(services, document)

    @router.get("/{document_id}/extraction", response_model=ExtractionView, responses={202: {"model": ExtractionView}})
    async def read_document_extraction(request: Request, caller: Reader, document_id: UUID) -> Response:
        """Show what was read in an invoice: proposals for a person to confirm, none of them decides anything.

        202 with `Retry-After` while the worker has not read it yet.
        """
        async with services.uow.begin(request_context(request, caller)) as tx:
            found = await show_extraction(tx, document_id=document_id, owner_member_id=caller.owner_member_id)
        pending = found.state is ExtractionState.PENDING
        return Response(
            ExtractionView.of(found).model_dump_json(),
            status_code=202 if pending else 200,
            media_type="application/json",
            headers={"Retry-After": str(RETRY_SECONDS)} if pending else {},
        )

    @router.get("/{document_id}/link")
    async def link_document(request: Request, caller: Reader, document_id: UUID) -> DocumentLink:
        """Make an address that shows the document for sixty seconds without a token, for a page's own viewer."""
        context = request_context(request, caller)
        async with services.uow.begin(context) as tx:
            await find_document(tx, document_id=document_id, owner_member_id=caller.owner_member_id)
            tx.audit("document_linked", entity="document", entity_id=document_id)
        ends = context.now + LINK_LIFESPAN
        token = services.links.write([str(document_id), context.fund, context.actor, ends.isoformat()])
        return DocumentLink(url=f"/v1/document-links/{token}", expires_at=ends)

    return router


def links_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/document-links", tags=["documents"], dependencies=[Depends(Public())])

    @router.get("/{token}", response_class=StreamingResponse)
    async def open_document_link(request: Request, token: str) -> Response:
        """Download the document of a link as an attachment; the audit names who made the link."""
        now = services.clock.now()
        try:
            document_id, fund, actor, ends = services.links.read(token) or []
        except InvalidInput:
            raise DocumentNotFound("There is no such link.") from None
        if datetime.fromisoformat(ends) < now:
            raise DocumentNotFound("The link has ended: ask for another one.")
        state = request.state
        context = Context(fund, actor, now, request_id=state.request_id, traceparent=state.traceparent)
        async with services.uow.begin(context) as tx:
            document = await read_document(tx, document_id=UUID(document_id), owner_member_id=None, by_link=True)
        return await _download(services, document)

    return router
