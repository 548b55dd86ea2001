"""The member's first page in one call; what other services own is asked beside, and left out when they are silent."""

import asyncio
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.bootstrap import Services
from claims_api.domain.fund_terms import FundTerms
from claims_api.entrypoints.http.callers import Member
from claims_api.entrypoints.http.case_views import CaseSummary, case_summary
from claims_api.entrypoints.http.me import member_id_of
from claims_api.entrypoints.http.member_schemas import TaskView
from claims_api.use_cases.read_home import Home, read_home
from kit.clock import rome_date
from kit.commands import answer_read, request_context

_COMING = frozenset({"authorised", "letter_sent"})
_FORWARDED = ("authorization", "traceparent", "x-request-id")
_APPOINTMENT = (
    "booking_id",
    "code",
    "state",
    "person_id",
    "person_name",
    "facility",
    "service",
    "appointment_at",
    "price_cents",
    "fund_share_cents",
    "member_share_cents",
)


class NextPayment(BaseModel):
    """What is settled and waits for the monthly transfer; it is sent if it passes the fund's threshold (1.4)."""

    on: date
    amount_cents: int
    claims: int


class FunctionView(BaseModel):
    """A function of the fund's portal that is announced and not offered yet."""

    name: str
    available: bool
    text_it: str
    text_en: str


class HomeView(BaseModel):
    """The first page; `unavailable` names the parts whose service did not answer (they are null then)."""

    first_name: str
    tasks: list[TaskView] = Field(description="What to do now, the most urgent first")
    open_cases: list[CaseSummary]
    next_payment: NextPayment | None
    next_appointment: dict[str, Any] | None = Field(description="As in GET /v1/bookings")
    limits: list[dict[str, Any]] | None = Field(description="The member's own, as in GET /v1/limits")
    functions: list[FunctionView]
    unavailable: list[str]


def forwarded(request: Request) -> dict[str, str]:
    """Return the headers that go with a question to another service: the caller's own token, the trace."""
    return {name: request.headers[name] for name in _FORWARDED if name in request.headers}


def home_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/me", tags=["me"])

    @router.get("/home", response_model=HomeView)
    async def read_my_home(request: Request, caller: Member) -> Response:
        """Show the first page in one call: tasks, open cases, next payment, next appointment, limits."""
        member_id, terms = member_id_of(caller), terms_of(caller.fund)
        context = request_context(request, caller)
        async with services.uow.begin(context) as tx:
            home = await read_home(tx, member_id=member_id)
        # Outside of the transaction: no connection waits for others.
        headers = forwarded(request)
        own = {"person_id": str(home.member.own.person_id)}
        standings, bookings = await asyncio.gather(
            services.rules.ask("GET", "/v1/limits", headers=headers, params=own),
            services.bookings.ask("GET", "/v1/bookings", headers=headers, params={"limit": "200"}),
        )
        return answer_read(request, _view(home, terms, standings, bookings, today=rome_date(context.now)))

    return router


def _view(
    home: Home, terms: FundTerms, standings: dict[str, Any] | None, bookings: dict[str, Any] | None, *, today: date
) -> HomeView:
    silent = {"limits": standings, "next_appointment": bookings}
    payment = None
    if home.awaiting_claims:
        day = terms.payment_day_after(today)
        payment = NextPayment(on=day, amount_cents=home.awaiting_cents, claims=home.awaiting_claims)
    return HomeView(
        first_name=home.member.own.first_name,
        tasks=[TaskView.of(task) for task in home.tasks],
        open_cases=[case_summary(case, home.names, terms) for case in home.cases],
        next_payment=payment,
        next_appointment=_next_appointment(bookings, today) if bookings else None,
        limits=standings.get("items") if standings else None,
        functions=[
            FunctionView(name=name, available=False, text_it=text_it, text_en=text_en)
            for name, (text_it, text_en) in terms.unavailable_functions.items()
        ],
        unavailable=sorted(name for name, answer in silent.items() if answer is None),
    )


def _next_appointment(bookings: dict[str, Any], today: date) -> dict[str, Any] | None:
    coming = [
        one
        for one in bookings.get("items", ())
        if one.get("state") in _COMING and str(one.get("appointment_at")) >= today.isoformat()
    ]
    first = min(coming, key=lambda one: str(one["appointment_at"]), default=None)
    return {name: first.get(name) for name in _APPOINTMENT} if first else None
