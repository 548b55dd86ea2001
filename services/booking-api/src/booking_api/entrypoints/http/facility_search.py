"""The search of the network."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from booking_api.bootstrap import Services
from booking_api.domain.facility_search import FacilitySearch, Near, Sort
from booking_api.domain.fund_terms import FundTerms
from booking_api.entrypoints.http.facilities import facility_out
from booking_api.entrypoints.http.schemas import FacilityOut
from booking_api.entrypoints.http.viewers import Anybody
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date
from kit.commands import run_query
from kit.errors import FieldError, InvalidInput
from kit.pages import DEFAULT_LIMIT, Limit, Page

POLE, DATE_LINE = 90.0, 180.0
Text = Annotated[str | None, Field(min_length=2, max_length=80, pattern=r"^[^\x00]+$")]
Words = Annotated[str | None, Field(min_length=2, max_length=80, pattern=r"[^\W_]")]


class SearchQuery(BaseModel):
    """The parameters of a search."""

    model_config = ConfigDict(extra="forbid")

    near: Annotated[
        str | None,
        Field(max_length=60, description="Latitude and longitude, `45.4642,9.19`", examples=["45.4642,9.19"]),
    ] = None
    radius_km: Annotated[float, Field(gt=0, le=500, description="How far from `near`")] = 25
    service: Annotated[str | None, Field(description="Only facilities that give this service today")] = None
    type: Annotated[str | None, Field(description="Only this type of services: `provider_kind` in /v1/services")] = None
    q: Annotated[Text, Field(description="Part of the name or the town")] = None
    name: Annotated[Words, Field(description="Beginnings of words of the name")] = None
    doctor: Annotated[Words, Field(description="Beginnings of words of a doctor's name")] = None
    town: Annotated[Words, Field(description="The town, with or without accents")] = None
    sort: Annotated[
        Sort | None, Field(description="`distance` where `near` is given, else `name`; `price` needs `service`")
    ] = None
    cursor: Annotated[str | None, Field(description="next_cursor of the page before")] = None
    limit: Limit = DEFAULT_LIMIT


def facility_search_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["network"])

    @router.get("/facilities", name="list_facilities", response_model=Page[FacilityOut])
    async def list_(request: Request, caller: Anybody, query: Annotated[SearchQuery, Query()]) -> Response:
        """Search the facilities of the network, nearest first, cheapest first or by name.

        `distance_km` is the distance from `near` in a straight line, `price_cents` today's agreed price of `service`.
        """
        terms = services.terms_of(caller.fund)
        wanted = _wanted(query, terms, services)
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _page(tx, services, terms, wanted))

    return router


def _wanted(query: SearchQuery, terms: FundTerms, services: Services) -> FacilitySearch:
    sort = query.sort or (Sort.DISTANCE if query.near else Sort.NAME)
    if sort is Sort.DISTANCE and query.near is None:
        raise _fault("sort", "near_missing", "L'ordine per distanza richiede near")
    if sort is Sort.PRICE and query.service is None:
        raise _fault("sort", "service_missing", "L'ordine per prezzo richiede service")
    if query.service is not None and query.service not in terms.services:
        raise _fault("service", "unknown_service", f"Prestazione sconosciuta: {query.service}")
    return FacilitySearch(
        sort=sort,
        near=_near(query.near, query.radius_km) if query.near else None,
        service_code=query.service,
        service_codes=_of_type(query.type, terms) if query.type else None,
        text=query.q,
        name=query.name,
        doctor=query.doctor,
        town=query.town,
        after=_after(services.cursors.read(query.cursor), sort),
        limit=query.limit + 1,
    )


def _near(text: str, radius_km: float) -> Near:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise _fault("near", "not_a_point", "near ha la forma latitudine,longitudine") from None
    # Written so that "nan" fails too.
    if not (abs(latitude) <= POLE and abs(longitude) <= DATE_LINE):
        raise _fault("near", "not_on_earth", "La latitudine va da -90 a 90, la longitudine da -180 a 180")
    return Near(latitude, longitude, round(radius_km * 1000))


def _of_type(kind: str, terms: FundTerms) -> tuple[str, ...]:
    codes = tuple(service.code for service in terms.services.values() if service.provider_kind == kind)
    if not codes:
        raise _fault("type", "unknown_type", f"Tipologia sconosciuta: {kind}")
    return codes


def _after(position: list[Any] | None, sort: Sort) -> tuple[str | float, UUID] | None:
    if position is None:
        return None
    if position[0] != sort:
        raise _fault("cursor", "cursor", "Il cursore appartiene a un altro ordine")
    return position[1], UUID(position[2])


def _fault(name: str, rule: str, message: str) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(f"/query/{name}", rule, message)])


async def _page(
    tx: BookingTransaction, services: Services, terms: FundTerms, wanted: FacilitySearch
) -> Page[FacilityOut]:
    found = await tx.facilities.search(wanted, today=rome_date(tx.now))
    shown = found[: wanted.limit - 1]
    last = shown[-1] if len(found) == wanted.limit else None
    return Page(
        items=[facility_out(one.facility, terms, price_cents=one.price_cents, metres=one.metres) for one in shown],
        next_cursor=services.cursors.write([wanted.sort, *last.position(wanted.sort)]) if last else None,
    )
