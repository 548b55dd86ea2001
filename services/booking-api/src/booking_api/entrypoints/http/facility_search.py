"""The search of the network."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import Field

from booking_api.bootstrap import Services
from booking_api.domain.facility_search import FacilitySearch, FoundFacility
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.slot import Slot
from booking_api.entrypoints.http.facilities import facility_facts
from booking_api.entrypoints.http.schemas import FacilityOut, FreeSlotOut, ReasonOut
from booking_api.entrypoints.http.search_query import SearchQuery, wanted_search
from booking_api.entrypoints.http.viewers import Anybody, viewer_of
from booking_api.use_cases.ports import Share
from booking_api.use_cases.search_facilities import SearchResult, in_order, question_of, search_facilities, share_of
from kit.auth import Caller
from kit.commands import answer_read, request_context
from kit.pages import Page

SHARES = "shares"
# Whom rules-svc answers.
_QUOTED = frozenset({"member", "operator", "fund_admin"})


class FoundFacilityOut(FacilityOut):
    """A facility with the shares of the person (null where nothing covers the service, `share_reasons` say why) and the
    first free slots of the window; `member_share_cents` is an estimate until the authorisation.
    """

    fund_share_cents: int | None
    member_share_cents: int | None
    share_reasons: list[ReasonOut]
    slots: list[FreeSlotOut]


class FacilityPage(Page[FoundFacilityOut]):
    """One page; `unavailable` names what could not be had now (`shares`): the rest of the answer stands."""

    unavailable: Annotated[list[str], Field(examples=[[]])]
    first_possible_appointment: Annotated[
        date | None, Field(description="The first day for which a request for `service` is in time today")
    ]


def facility_search_router(services: Services) -> APIRouter:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await services.quotes.close()

    router = APIRouter(prefix="/v1", tags=["network"], lifespan=lifespan)

    @router.get("/facilities", name="list_facilities", response_model=FacilityPage)
    async def list_(request: Request, caller: Anybody, query: Annotated[SearchQuery, Query()]) -> Response:
        """Search the facilities of the network: nearest first, cheapest, by own share, by first free slot, by name.

        `distance_km` is the distance from `near` in a straight line, `price_cents` today's agreed price of `service`,
        `member_share_cents` what the person would pay of it in direct mode. Days and times filter the facilities that
        publish slots; those that have to be asked stay in the list, without slots.
        """
        terms = services.terms_of(caller.fund)
        wanted = wanted_search(query, terms, services)
        async with services.uow.begin(request_context(request, caller)) as tx:
            result = await search_facilities(
                tx, wanted=wanted, person_id=query.person, viewer=viewer_of(caller), terms=terms
            )
        # Outside the transaction: a slow rules-svc must not keep a connection of the database.
        return answer_read(request, await _page(services, terms, wanted, result, _token(request, caller)))

    return router


def _token(request: Request, caller: Caller) -> str | None:
    return request.headers["authorization"] if caller.roles & _QUOTED else None


async def _page(
    services: Services, terms: FundTerms, wanted: FacilitySearch, result: SearchResult, token: str | None
) -> FacilityPage:
    shown = result.found[: wanted.limit - 1]
    last = shown[-1] if len(result.found) == wanted.limit else None
    shares: Mapping[str, Share] | None = {}
    if wanted.service_code and result.person_id and token and shown:
        service = terms.services[wanted.service_code]
        question = question_of(shown, service=service, person_id=result.person_id, today=result.today)
        shares = await services.quotes.shares(question, token=token)
    known = shares or {}
    return FacilityPage.model_validate(
        {
            "items": [
                _found_facts(one, terms, share_of(one, known, today=result.today))
                for one in in_order(shown, known, sort=wanted.sort, today=result.today)
            ],
            "next_cursor": services.cursors.write([wanted.sort, *last.position(wanted.sort)]) if last else None,
            "unavailable": [SHARES] if shares is None else [],
            "first_possible_appointment": result.first_possible_appointment,
        }
    )


def _found_facts(one: FoundFacility, terms: FundTerms, share: Share | None) -> dict[str, Any]:
    return facility_facts(one.facility, terms) | {
        "price_cents": one.price_cents,
        "distance_km": None if one.metres is None else round(one.metres / 1000, 2),
        "fund_share_cents": share.fund_share_cents if share else None,
        "member_share_cents": share.member_share_cents if share else None,
        "share_reasons": [asdict(reason) for reason in share.reasons] if share else [],
        "slots": [_slot_facts(slot) for slot in one.slots],
    }


def _slot_facts(slot: Slot) -> dict[str, Any]:
    time = slot.time
    return {
        "slot_id": slot.slot_id,
        "service_code": time.service_code,
        "starts_at": time.starts_at,
        "doctor": time.doctor,
    }
