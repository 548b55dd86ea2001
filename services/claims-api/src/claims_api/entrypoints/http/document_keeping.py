"""Erasing and keeping documents: what a member may erase, what the fund puts on hold."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.entrypoints.http.callers import Applicant
from claims_api.entrypoints.http.document_views import DocumentView
from claims_api.use_cases.erase_document import erase_own_document, hold_document
from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, run_command

Keeper = Annotated[Caller, Depends(Access("fund_admin"))]


class Hold(BaseModel):
    """Why a document must not be erased for now; null lets it go again."""

    reason: Annotated[str, Field(min_length=3, max_length=200)] | None


def document_keeping_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/documents", tags=["documents"])

    @router.delete("/{document_id}", response_model=DocumentView)
    async def erase_document(request: Request, caller: Applicant, document_id: UUID, key: IdempotencyKey) -> Response:
        """Erase a document that no claim that was sent rests on. Its hash, the reason and the audit stay."""

        async def work(tx: ClaimsTransaction) -> DocumentView:
            owner = caller.owner_member_id
            return DocumentView.of(await erase_own_document(tx, document_id=document_id, owner_member_id=owner))

        return await run_command(request, caller, uow=services.uow, key=key, work=work)

    @router.put("/{document_id}/hold", response_model=DocumentView)
    async def set_document_hold(
        request: Request, caller: Keeper, document_id: UUID, body: Hold, key: IdempotencyKey
    ) -> Response:
        """Put a document on hold: neither the rules of retention nor the member erase it until it is let go."""

        async def work(tx: ClaimsTransaction) -> DocumentView:
            return DocumentView.of(await hold_document(tx, document_id=document_id, reason=body.reason))

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    return router
