"""Bookings for members and staff."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.booking_states import BookingState
from booking_api.domain.wish import BookingWish
from booking_api.entrypoints.http.booking_views import booking_detail_out, booking_out
from booking_api.entrypoints.http.schemas import BookingDetailOut, BookingIn, BookingOut
from booking_api.entrypoints.http.viewers import Anybody, MemberOrOperator, viewer_of
from booking_api.use_cases.cancel_booking import cancel_booking
from booking_api.use_cases.ports import BookingFilter
from booking_api.use_cases.read_booking import find_letter, list_bookings, read_booking
from booking_api.use_cases.request_booking import request_booking
from kit.auth import Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]
State = Annotated[BookingState | None, Query(description="Only bookings in this state")]
PersonId = Annotated[UUID | None, Query(description="Only bookings for this person")]

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The letter, PDF/A and PDF/UA"}
}


def bookings_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

    @router.post("", name="request_booking", response_model=BookingOut, status_code=201)
    async def request_(request: Request, caller: MemberOrOperator, key: IdempotencyKey, body: BookingIn) -> Response:
        """Request a direct booking at an agreed price.

        In time (2 or 5 working days before, by the class of the service) it goes to the plan's rules: `requested`.
        Late it is `not_authorised` with `reason: late`, the last day that would have been in time, the first possible
        appointment, and the indirect claim that is left where the plan covers it.
        """
        return await run_command(
            request,
            caller,
            uow=services.uow,
            work=lambda tx: _request(tx, services, caller, body),
            body=body,
            key=key,
            status=201,
            location=lambda made: f"/v1/bookings/{made.booking_id}",
        )

    @router.get("", name="list_bookings", response_model=Page[BookingOut])
    async def list_(
        request: Request,
        caller: Anybody,
        state: State = None,
        person_id: PersonId = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List bookings, newest first: a member's own, a facility's own, or all of the fund for staff."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None
        wanted = BookingFilter(state, person_id, after, limit + 1)
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _page(tx, services, caller, wanted))

    @router.get("/{booking_id}", name="read_booking", response_model=BookingDetailOut)
    async def read(request: Request, caller: Anybody, booking_id: UUID) -> Response:
        """Show one booking with its history, its shares, their explanation, and what comes next."""
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _read(tx, caller, booking_id))

    @router.post("/{booking_id}/cancel", name="cancel_booking", response_model=BookingOut)
    async def cancel(request: Request, caller: MemberOrOperator, booking_id: UUID, key: OptionalKey = None) -> Response:
        """Cancel a booking until its appointment begins; what was reserved of the limits is free again."""
        return await run_command(
            request, caller, uow=services.uow, work=lambda tx: _cancel(tx, caller, booking_id), key=key
        )

    @router.get("/{booking_id}/letter", name="read_quota_letter", response_class=Response, responses=_PDF)
    async def letter(request: Request, caller: Anybody, booking_id: UUID) -> Response:
        """Download the quota letter: the member's share and the authorisation code."""
        return await _letter(request, services, caller, booking_id)

    return router


async def _request(tx: BookingsTransaction, services: Services, caller: Caller, body: BookingIn) -> BookingOut:
    viewer = viewer_of(caller)
    wish = BookingWish(**body.model_dump())
    # A request that an operator enters came by telephone.
    channel = "phone" if viewer.member_id is None else "portal"
    answer = await request_booking(tx, wish=wish, terms=services.terms_of(tx.fund), viewer=viewer, channel=channel)
    return booking_out(answer.booking, viewer, indirect_possible=answer.indirect_possible)


async def _page(tx: BookingsTransaction, services: Services, caller: Caller, wanted: BookingFilter) -> Page[BookingOut]:
    viewer = viewer_of(caller)
    found = await list_bookings(tx, viewer=viewer, wanted=wanted)
    shown = found[: wanted.limit - 1]
    more = len(found) == wanted.limit
    next_cursor = services.cursors.write([shown[-1].booking_id]) if more else None
    return Page(items=[booking_out(one, viewer) for one in shown], next_cursor=next_cursor)


async def _read(tx: BookingsTransaction, caller: Caller, booking_id: UUID) -> BookingDetailOut:
    viewer = viewer_of(caller)
    detail = await read_booking(tx, booking_id=booking_id, viewer=viewer)
    return booking_detail_out(detail.booking, detail.history, viewer, indirect_possible=detail.indirect_possible)


async def _cancel(tx: BookingsTransaction, caller: Caller, booking_id: UUID) -> BookingOut:
    viewer = viewer_of(caller)
    return booking_out(await cancel_booking(tx, booking_id=booking_id, viewer=viewer), viewer)


async def _letter(request: Request, services: Services, caller: Caller, booking_id: UUID) -> Response:
    async with services.uow.begin(request_context(request, caller)) as tx:
        found = await find_letter(tx, booking_id=booking_id, viewer=viewer_of(caller))
    content = await services.documents.get(found.document_key)
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="lettera-{booking_id}.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
