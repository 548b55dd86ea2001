"""What a facility invoices, and the papers that go with it."""

import asyncio
import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import UploadFile

from booking_api.adapters.paper_inspection import inspect_paper, too_large
from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.booking import Booking
from booking_api.domain.dispensing import PaperKind
from booking_api.domain.paper import MOST_BYTES, Paper
from booking_api.entrypoints.http.booking_views import items_out
from booking_api.entrypoints.http.desk_schemas import (
    InvoiceableOut,
    InvoiceOut,
    InvoicePartOut,
    NewInvoice,
    PaperOut,
)
from booking_api.entrypoints.http.schemas import DifferenceOut
from booking_api.entrypoints.http.viewers import FacilityDesk, FacilityOrStaff, facility_of, viewer_of
from booking_api.use_cases.dispensing_ports import PageOfFacility
from booking_api.use_cases.keep_papers import add_paper, read_paper
from booking_api.use_cases.send_invoice import InvoicePart, send_invoice
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from kit.ids import new_id
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/pdf": BINARY,
            "image/jpeg": BINARY,
            "image/png": BINARY,
            "multipart/form-data": {
                "schema": {"type": "object", "required": ["file"], "properties": {"file": BINARY["schema"]}}
            },
        },
    }
}
_SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}

OfBooking = Annotated[UUID, Query(description="The booking that the paper is about")]
Kind = Annotated[PaperKind, Query(description="What the paper is")]


def facility_invoices_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["facility desk"])
    uow = services.uow

    @router.get("/invoiceable-lines", name="list_invoiceable_lines", response_model=Page[InvoiceableOut])
    async def invoiceable(
        request: Request, caller: FacilityDesk, cursor: CursorText = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response:
        """List what was dispensed and waits for its invoice, newest first."""
        position = services.cursors.read(cursor)
        wanted = PageOfFacility(facility_of(caller), UUID(position[0]) if position else None, limit + 1)

        async def work(tx: BookingsTransaction) -> Page[InvoiceableOut]:
            found = await tx.dispensing.invoiceable(wanted)
            shown = found[:limit]
            tx.audit("invoiceable_listed", entity="booking", entity_id="*", count=len(shown))
            next_cursor = services.cursors.write([shown[-1].booking_id]) if len(found) > limit else None
            return Page(items=[_invoiceable(one) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=uow, work=work)

    @router.post("/invoices", name="send_invoice", response_model=InvoiceOut, status_code=201)
    async def invoice(request: Request, caller: FacilityDesk, key: IdempotencyKey, body: NewInvoice) -> Response:
        """Send one invoice over several dispensed bookings, each named by its code instead of by the patient.

        The answer has the findings on each part: `closed`, or `suspended` with the exact `differences`. 404
        `authorisation_code_not_found`, 409 `invoice_number_used` and 422 `dispensing_invalid` (a part that does not
        wait for an invoice, parts that do not sum to the amount) take nothing of the invoice.
        """

        async def work(tx: BookingsTransaction) -> InvoiceOut:
            bookings = await send_invoice(
                tx,
                viewer=viewer_of(caller),
                number=body.number.strip(),
                day=body.date,
                amount_cents=body.amount_cents,
                parts=[InvoicePart(**part.model_dump()) for part in body.parts],
            )
            shown = [_part(one) for one in bookings]
            return InvoiceOut(number=body.number, date=body.date, amount_cents=body.amount_cents, parts=shown)

        return await run_command(request, caller, uow=uow, work=work, body=body, key=key, status=201)

    _add_papers(router, services)
    return router


def _add_papers(router: APIRouter, services: Services) -> None:
    @router.post("/booking-papers", name="upload_paper", response_model=PaperOut, status_code=201, openapi_extra=_BODY)
    async def upload(
        request: Request, caller: FacilityDesk, booking_id: OfBooking, kind: Kind, key: IdempotencyKey
    ) -> Response:
        """Upload a paper of a booking: the clinical record of a stay, the photo with the appliance, an invoice.

        PDF, JPEG or PNG by content, at most 25 MiB. Only your facility and the fund's staff can read it.
        """
        return await _upload(request, services, caller, booking_id, kind, key)

    @router.get("/booking-papers", name="list_papers", response_model=Page[PaperOut])
    async def papers(request: Request, caller: FacilityOrStaff, booking_id: OfBooking) -> Response:
        """List the papers of a booking, oldest first."""

        async def work(tx: BookingsTransaction) -> Page[PaperOut]:
            await tx.bookings.get(booking_id, viewer_of(caller))
            return Page(items=[_paper(one) for one in await tx.dispensing.papers_of(booking_id)])

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/booking-papers/{paper_id}/content", name="download_paper", response_class=Response)
    async def download(request: Request, caller: FacilityOrStaff, paper_id: UUID) -> Response:
        """Download a paper as an attachment; every download is on record."""
        async with services.uow.begin(request_context(request, caller)) as tx:
            paper = await read_paper(tx, paper_id=paper_id, viewer=viewer_of(caller))
        content = await services.documents.get(paper.storage_key)
        named = f'attachment; filename="{paper.kind}-{paper.paper_id}"'
        return Response(content, media_type=paper.media_type, headers=_SAFE | {"Content-Disposition": named})


async def _upload(
    request: Request, services: Services, caller: FacilityDesk, booking_id: UUID, kind: PaperKind, key: str
) -> Response:
    content = await file_content(request)
    media_type = await asyncio.to_thread(inspect_paper, content)
    paper_id, sha256 = new_id(), hashlib.sha256(content).hexdigest()
    storage_key = f"{caller.fund}/booking-papers/{paper_id}"
    kept = False

    async def work(tx: BookingsTransaction) -> PaperOut:
        nonlocal kept
        paper = await add_paper(
            tx,
            paper_id=paper_id,
            booking_id=booking_id,
            viewer=viewer_of(caller),
            kind=kind,
            media_type=media_type,
            size_bytes=len(content),
            sha256=sha256,
            storage_key=storage_key,
        )
        kept = True
        return _paper(paper)

    # The bytes go first: a row without its bytes would be worse than bytes that no row knows.
    await services.documents.put(storage_key, content, fund=caller.fund)
    digest = f"{booking_id} {kind} {sha256}".encode()
    try:
        return await run_command(request, caller, uow=services.uow, work=work, body=digest, key=key, status=201)
    finally:
        if not kept:
            await services.documents.delete(storage_key)


async def file_content(request: Request) -> bytes:
    """Return the file of a request, sent as its body or in a form."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=1) as form:
            file = form.get("file")
            return await file.read() if isinstance(file, UploadFile) else b""
    taken = bytearray()
    async for chunk in request.stream():
        taken += chunk
        if len(taken) > MOST_BYTES:
            raise too_large()
    return bytes(taken)


def _paper(paper: Paper) -> PaperOut:
    return PaperOut.model_validate(paper, from_attributes=True)


def _invoiceable(booking: Booking) -> InvoiceableOut:
    granted, waits = booking.granted, booking.waits_for_decision
    items = booking.dispensed_items
    return InvoiceableOut(
        booking_id=booking.booking_id,
        code=granted.code,
        person_name=booking.person_name,
        dispensed_on=booking.dispensed_on or booking.appointment_on,
        price_cents=sum(one.amount_cents for one in items),
        fund_share_cents=None if waits else granted.fund_share_cents,
        member_share_cents=None if waits else granted.member_share_cents,
        items=items_out(items),
    )


def _part(booking: Booking) -> InvoicePartOut:
    found = [DifferenceOut.model_validate(one, from_attributes=True) for one in booking.differences]
    return InvoicePartOut(
        code=booking.granted.code, booking_id=booking.booking_id, state=booking.state, differences=found
    )
