"""Messages that came back."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from kit.auth import Access, Caller
from kit.commands import run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from notify_svc.adapters.delivery_report import MAX_BYTES
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.bootstrap import Services
from notify_svc.domain.bounce import Consequence
from notify_svc.entrypoints.http.schemas import BounceReceipt, BounceView
from notify_svc.use_cases.read_messages import list_bounces
from notify_svc.use_cases.record_bounce import record_bounce

Intake = Annotated[Caller, Depends(Access("ops"))]
Staff = Annotated[Caller, Depends(Access("operator", "ops"))]
_MAIL = "message/rfc822"
_BODY = {"requestBody": {"required": True, "content": {_MAIL: {"schema": {"type": "string", "format": "binary"}}}}}


def bounces_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bounces", tags=["messages"])

    @router.post("", response_model=BounceReceipt, openapi_extra=_BODY)
    async def receive_bounce(request: Request, caller: Intake) -> Response:
        """Take in a message that came to a return path, as it arrived.

        A delivery status notification (RFC 3464) about a final failure marks the message as failed; after some hard
        failures the address is held until the member gives another one. The same report again changes nothing, and
        anything else that mail servers send back is ignored.
        """
        content = await _bounded_body(request)
        bounce = await asyncio.to_thread(services.delivery_reports.read, content)

        async def work(tx: NotifyTransaction) -> BounceReceipt:
            if bounce is None:
                return BounceReceipt(outcome=Consequence.IGNORED, message_id=None, status=None)
            outcome = await record_bounce(tx, bounce=bounce, bounces_to_hold=services.settings.hard_bounces_to_hold)
            known = outcome is not Consequence.UNMATCHED
            return BounceReceipt(
                outcome=outcome, message_id=bounce.sending.message_id if known else None, status=bounce.status
            )

        return await run_command(request, caller, uow=services.uow, work=work)

    @router.get("", response_model=Page[BounceView])
    async def list_returned_messages(
        request: Request,
        caller: Staff,
        member_id: Annotated[UUID | None, Query(description="Whose messages")] = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the messages that came back, newest first, and whether the member's address is held."""
        position = services.cursors.read(cursor)

        async def work(tx: NotifyTransaction) -> Page[BounceView]:
            before = UUID(position[0]) if position else None
            found = await list_bounces(tx, member_id=member_id, before=before, limit=limit + 1)
            shown = found[:limit]
            more = services.cursors.write([shown[-1].bounce_id]) if len(found) > limit else None
            return Page(items=[BounceView.of(one) for one in shown], next_cursor=more)

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


async def _bounded_body(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _MAIL:
        raise HTTPException(415, f"send the message as {_MAIL}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(413, f"a returned message has at most {MAX_BYTES} bytes")
    return bytes(body)
