"""The parameters of a search, and what they ask of the network."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from booking_api.bootstrap import Services
from booking_api.domain.facility_search import FacilitySearch, Near, SlotWindow, Sort
from booking_api.domain.fund_terms import FundTerms
from kit.clock import ROME
from kit.errors import FieldError, InvalidInput
from kit.pages import DEFAULT_LIMIT, Limit

POLE, DATE_LINE = 90.0, 180.0
SLOT_DAYS = 60
LAST_DAY = date(9000, 1, 1)
Text = Annotated[str | None, Field(min_length=2, max_length=80, pattern=r"^[^\x00]+$")]
Words = Annotated[str | None, Field(min_length=2, max_length=80, pattern=r"[^\W_]")]
Day = Annotated[date | None, Field(lt=LAST_DAY)]


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
    direct: Annotated[
        bool | None, Field(description="`true`: only facilities that the fund pays directly; `false`: only the others")
    ] = None
    campaign: Annotated[
        str | None,
        Field(max_length=40, description="Only facilities of this campaign, which offer a service of it; its slots"),
    ] = None
    person: Annotated[UUID | None, Field(description="Whose share is shown; the member's own without it")] = None
    available_from: Annotated[Day, Field(description="Free slots from this day on")] = None
    available_to: Annotated[Day, Field(description="Free slots up to and with this day")] = None
    time_from: Annotated[time | None, Field(description="Free slots from this time of the day on, `09:00`")] = None
    time_to: Annotated[time | None, Field(description="Free slots that begin before this time of the day")] = None
    before_9: Annotated[bool, Field(description="Free slots before 9:00 (with `after_18`: or from 18:00 on)")] = False
    after_18: Annotated[bool, Field(description="Free slots from 18:00 on")] = False
    sort: Annotated[
        Sort | None,
        Field(
            description="`distance` where `near` is given, else `name`; `price` and `share` need `service`, `first` "
            "(earliest free slot among the 200 nearest) needs `near`"
        ),
    ] = None
    cursor: Annotated[str | None, Field(description="next_cursor of the page before")] = None
    limit: Limit = DEFAULT_LIMIT


_OF_SLOTS = frozenset({"available_from", "available_to", "time_from", "time_to", "before_9", "after_18"})


def wanted_search(query: SearchQuery, terms: FundTerms, services: Services) -> FacilitySearch:
    sort = query.sort or (Sort.DISTANCE if query.near else Sort.NAME)
    if sort in {Sort.DISTANCE, Sort.FIRST} and query.near is None:
        raise _fault("sort", "near_missing", "L'ordine per distanza e per primo orario richiede near")
    if sort in {Sort.PRICE, Sort.SHARE} and query.service is None:
        raise _fault("sort", "service_missing", "L'ordine per prezzo e per quota richiede service")
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
        direct=query.direct,
        campaign=query.campaign,
        after=_after(services.cursors.read(query.cursor), sort),
        limit=query.limit + 1,
        window=_window(query, services.clock.now()),
    )


def _window(query: SearchQuery, now: datetime) -> SlotWindow:
    """Read the days and times; without days, the slots of the next weeks are shown and nothing is filtered by them."""
    if query.available_from and query.available_to and query.available_to < query.available_from:
        raise _fault("available_to", "period_empty", "Il periodo è vuoto")
    if query.time_from and query.time_to and query.time_to <= query.time_from:
        raise _fault("time_to", "period_empty", "La fascia oraria è vuota")
    starts = _midnight(query.available_from) if query.available_from else now
    return SlotWindow(
        starts_from=starts,
        starts_before=_midnight(query.available_to + timedelta(days=1))
        if query.available_to
        else max(starts, now) + timedelta(days=SLOT_DAYS),
        time_from=query.time_from,
        time_to=query.time_to,
        early=query.before_9,
        late=query.after_18,
        filters=bool(query.model_fields_set & _OF_SLOTS),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ROME)


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


def _after(position: list[Any] | None, sort: Sort) -> tuple[str | float | datetime, UUID] | None:
    if position is None:
        return None
    if position[0] != sort:
        raise _fault("cursor", "cursor", "Il cursore appartiene a un altro ordine")
    value = datetime.fromisoformat(position[1]) if sort is Sort.FIRST else position[1]
    return value, UUID(position[2])


def _fault(name: str, rule: str, message: str) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(f"/query/{name}", rule, message)])
