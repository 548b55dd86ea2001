"""Bookings for members and staff."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.authorisation_code import read_code
from booking_api.domain.booking_item import CountedService
from booking_api.domain.booking_states import BookingState
from booking_api.domain.search_words import surname_key
from booking_api.domain.wish import BookingWish
from booking_api.entrypoints.http.booking_views import booking_detail_out, booking_out
from booking_api.entrypoints.http.schemas import BookingDetailOut, BookingIn, BookingOut
from booking_api.entrypoints.http.viewers import Anybody, MemberOrOperator, viewer_of
from booking_api.use_cases.ports import BookingFilter
from booking_api.use_cases.read_booking import list_bookings, read_booking
from booking_api.use_cases.request_booking import request_booking
from kit.auth import Caller
from kit.clock import rome_midnight
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

State = Annotated[BookingState | None, Query(description="Only bookings in this state")]
Surname = Annotated[
    str | None,
    Query(
        min_length=2,
        max_length=60,
        pattern="[A-Za-zÀ-ÿ]{2}",
        description="Only for patients whose surname begins so, whatever its case and accents",
        examples=["ross"],
    ),
]
Code = Annotated[
    str | None,
    Query(
        min_length=1, max_length=40, description="Only the one with this authorisation code", examples=["AUT-7K3M-Q9TX"]
    ),
]
DayFrom = Annotated[
    date | None, Query(alias="from", description="Appointments from this day on (in Italy)", examples=["2027-01-15"])
]
DayTo = Annotated[
    date | None, Query(alias="to", description="Appointments up to this day, included", examples=["2027-01-31"])
]
PersonId = Annotated[UUID | None, Query(description="Only bookings for this person")]


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

    _add_list(router, services)

    @router.get("/{booking_id}", name="read_booking", response_model=BookingDetailOut)
    async def read(request: Request, caller: Anybody, booking_id: UUID) -> Response:
        """Show one booking with its history, its shares, their explanation, and what comes next."""
        return await run_query(
            request, caller, uow=services.uow, work=lambda tx: _read(tx, services, caller, booking_id)
        )

    return router


def _add_list(router: APIRouter, services: Services) -> None:
    @router.get("", name="list_bookings", response_model=Page[BookingOut])
    async def list_(  # noqa: PLR0913 (one argument a query parameter)
        request: Request,
        caller: Anybody,
        state: State = None,
        person_id: PersonId = None,
        surname: Surname = None,
        code: Code = None,
        day_from: DayFrom = None,
        day_to: DayTo = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List bookings, newest first: a member's own, a facility's own, or all of the fund for staff.

        A desk finds a patient by the beginning of the surname, by the code, by the day of the appointment: only among
        the bookings of its own facility. A code that is none, or is another facility's, finds nothing.
        """
        position = services.cursors.read(cursor)
        wanted = BookingFilter(
            state=state,
            person_id=person_id,
            surname=surname_key(surname) if surname else None,
            code=(read_code(code) or code) if code else None,
            starts_from=rome_midnight(day_from) if day_from else None,
            starts_before=rome_midnight(day_to + timedelta(days=1)) if day_to else None,
            after=UUID(position[0]) if position else None,
            limit=limit + 1,
        )
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _page(tx, services, caller, wanted))


async def _request(tx: BookingsTransaction, services: Services, caller: Caller, body: BookingIn) -> BookingOut:
    viewer = viewer_of(caller)
    items = tuple(CountedService(**one.model_dump()) for one in body.items)
    wish = BookingWish(**body.model_dump(exclude={"items"}), items=items)
    # A request that an operator enters came by telephone.
    channel = "phone" if viewer.member_id is None else "portal"
    answer = await request_booking(
        tx,
        wish=wish,
        terms=services.terms_of(tx.fund),
        viewer=viewer,
        channel=channel,
        transition=services.transitions.get(tx.fund),
    )
    return booking_out(answer.booking, viewer, services.terms_of(tx.fund), indirect_possible=answer.indirect_possible)


async def _page(tx: BookingsTransaction, services: Services, caller: Caller, wanted: BookingFilter) -> Page[BookingOut]:
    viewer = viewer_of(caller)
    found = await list_bookings(tx, viewer=viewer, wanted=wanted)
    shown, terms = found[: wanted.limit - 1], services.terms_of(tx.fund)
    more = len(found) == wanted.limit
    next_cursor = services.cursors.write([shown[-1].booking_id]) if more else None
    return Page(items=[booking_out(one, viewer, terms) for one in shown], next_cursor=next_cursor)


async def _read(tx: BookingsTransaction, services: Services, caller: Caller, booking_id: UUID) -> BookingDetailOut:
    viewer = viewer_of(caller)
    detail = await read_booking(tx, booking_id=booking_id, viewer=viewer)
    return booking_detail_out(
        detail.booking,
        detail.history,
        viewer,
        services.terms_of(tx.fund),
        indirect_possible=detail.indirect_possible,
    )
