"""The statements of the search: one per combination of filters, built once.

Every condition is a comparison of a B-tree: under row-level security PostgreSQL takes only leakproof operators into an
index, which those of geometry and full-text search are not.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects import postgresql

from booking_api.adapters.slot_search import first_free, found_or_unpublished, slot_parameters, window_kind
from booking_api.adapters.tables import agreed_service, campaign_facility, facility, facility_word
from booking_api.domain.facility_search import FIRST_AMONG, NEVER, FacilitySearch, Sort
from booking_api.domain.search_words import plain, wanted_words
from kit.clock import rome_date

f, a, w, p = facility.c, agreed_service.c, facility_word.c, campaign_facility.c
o = agreed_service.alias("offered").c

# No character sorts after it: the words between a prefix and the prefix with it are those that begin with it.
_LAST = "\U0010ffff"

_fund, _today = bindparam("fund", type_=Text()), bindparam("today", type_=Date())
_latitude: Any = bindparam("latitude", type_=Double())
_longitude: Any = bindparam("longitude", type_=Double())
_after_id = bindparam("after_id", type_=Uuid())
_SORT_TYPES: Mapping[Sort, Any] = {
    Sort.DISTANCE: Double(),
    Sort.PRICE: Integer(),
    # For one person and service the own share grows with the price: its pages are those of the price.
    Sort.SHARE: Integer(),
    Sort.NAME: Text(),
    Sort.FIRST: DateTime(timezone=True),
}

# The haversine of the angle between two points grows with their distance: sorting needs no more of the formula. It is
# reckoned for every place of the box, so that the square of a half angle's sine is written with the angle's cosine.
_RADIANS = math.pi / 180


def _half_square(degrees: Any) -> Any:
    # Typed, or its result would be rounded to the ten decimals of a NUMERIC, which is some metres.
    return (1.0 - func.cos(degrees * _RADIANS, type_=Double())) * 0.5


_cos_of_places: Any = func.cos(func.radians(_latitude), type_=Double()) * func.cos(
    f.latitude * _RADIANS, type_=Double()
)
_HAVERSINE: Any = _half_square(f.latitude - _latitude) + _cos_of_places * _half_square(f.longitude - _longitude)
_IN_BOX = and_(
    f.latitude >= bindparam("south", type_=Double()),
    f.latitude <= bindparam("north", type_=Double()),
    f.longitude >= bindparam("west", type_=Double()),
    f.longitude <= bindparam("east", type_=Double()),
)
_on = bindparam("on", type_=Date())
# In the index of places too: whoever has left the network costs no look at its row.
_TAKES_PART = and_(
    or_(f.takes_part_from == null(), f.takes_part_from <= _on),
    or_(f.takes_part_until == null(), f.takes_part_until > _on),
)


def _valid_today(agreed: Any) -> ColumnElement[bool]:
    return and_(agreed.valid_from <= _today, or_(agreed.valid_to == null(), agreed.valid_to > _today))


def campaigns_of(key: Any) -> Any:
    """Return the column of the codes of a facility's campaigns."""
    codes = select(p.campaign_code).where(p.facility_id == key).order_by(p.campaign_code)
    return func.array(codes.scalar_subquery(), type_=postgresql.ARRAY(Text())).label("campaigns")


def _has_word(key: Any, kind: str, name: str) -> ColumnElement[bool]:
    begins = bindparam(name, type_=Text())
    ends = bindparam(f"{name}_end", type_=Text())
    found = select(w.facility_id).where(w.fund == _fund, w.kind == kind, w.word >= begins, w.word < ends)
    condition: ColumnElement[bool] = key.in_(found)
    return condition


@cache
def _statement(
    sort: Sort, given: frozenset[str], names: int, doctors: int, window: frozenset[str] | None
) -> Select[Any]:
    """Find ids first: the rest of a facility is read only for those that are shown."""
    make = _found_by_slot if sort is Sort.FIRST else _found
    found = make(sort, given, names, doctors, window).subquery("found")
    first = found.c.position if sort is Sort.FIRST else cast(null(), DateTime(timezone=True))
    statement = select(
        facility, campaigns_of(f.facility_id), found.c.haversine, found.c.agreed_cents, first.label("first_at")
    )
    return statement.join_from(found, facility, f.facility_id == found.c.facility_id).order_by(
        found.c.position, f.facility_id
    )


def _found_by_slot(
    _sort: Sort, given: frozenset[str], names: int, doctors: int, window: frozenset[str] | None
) -> Select[Any]:
    """Compare the nearest ones by their first free slot; those without one come last."""
    unlimited = _found(Sort.DISTANCE, given - {"after", "window"}, names, doctors, window)
    nearest = unlimited.limit(FIRST_AMONG).subquery("nearest")
    free = first_free(nearest.c.facility_id, window or frozenset(), of_service="service" in given)
    position: Any = func.coalesce(free.scalar_subquery(), bindparam("never", NEVER, type_=DateTime(timezone=True)))
    one = select(
        nearest.c.facility_id, position.label("position"), nearest.c.haversine, nearest.c.agreed_cents
    ).subquery("one")
    statement = select(one)
    if "window" in given:
        # What has no slot of the window is shown only where it publishes none.
        without = found_or_unpublished(one.c.facility_id, window or frozenset(), of_service="service" in given)
        statement = statement.where(or_(one.c.position < bindparam("never", NEVER), without))
    if "after" in given:
        after = bindparam("after", type_=DateTime(timezone=True))
        statement = statement.where(tuple_(one.c.position, one.c.facility_id) > tuple_(after, _after_id))
    return statement.order_by(one.c.position, one.c.facility_id).limit(bindparam("limit", type_=Integer()))


def _found(sort: Sort, given: frozenset[str], names: int, doctors: int, window: frozenset[str] | None) -> Select[Any]:
    around = _around(sort).subquery("around") if "near" in given else None
    key: Any = f.facility_id if around is None else around.c.facility_id
    price: Any = a.price_cents if "service" in given else cast(null(), Integer)
    haversine: Any = cast(null(), Double) if around is None else around.c.haversine
    order: Any = {Sort.DISTANCE: haversine, Sort.NAME: f.name}.get(sort, a.price_cents)
    columns = (
        key.label("facility_id"),
        order.label("position"),
        haversine.label("haversine"),
        price.label("agreed_cents"),
    )
    statement = select(*columns)
    if around is None:
        statement = statement.select_from(facility).where(f.fund == _fund, _TAKES_PART)
    else:
        statement = statement.select_from(around).where(around.c.haversine <= bindparam("radius", type_=Double()))
        if sort is Sort.NAME or given & _OF_FACILITY:
            statement = statement.join(facility, f.facility_id == key)
    if "service" in given:
        same = and_(a.facility_id == key, a.fund == _fund, a.service_code == bindparam("service"))
        statement = statement.join(agreed_service, and_(same, _valid_today(a)))
    conditions = [condition for name, condition in _CONDITIONS.items() if name in given]
    if "types" in given:
        conditions.append(_of_types(key))
    if "campaign" in given:
        taking_part = select(p.facility_id).where(p.fund == _fund, p.campaign_code == bindparam("campaign"))
        conditions.append(key.in_(taking_part))
    conditions += [_has_word(key, "name", f"name_{i}") for i in range(names)]
    conditions += [_has_word(key, "doctor", f"doctor_{i}") for i in range(doctors)]
    if "window" in given:
        conditions.append(found_or_unpublished(key, window or frozenset(), of_service="service" in given))
    if "after" in given:
        after = bindparam("after", type_=_SORT_TYPES[sort])
        conditions.append(tuple_(order, key) > tuple_(after, _after_id))
    return statement.where(*conditions).order_by(order, key).limit(bindparam("limit", type_=Integer()))


def _around(sort: Sort) -> Select[Any]:
    """Read the box from its index alone; sorted, so that the other filters look only at the nearest until enough."""
    box = select(f.facility_id, _HAVERSINE.label("haversine")).where(f.fund == _fund, _IN_BOX, _TAKES_PART)
    return box.order_by(text("haversine"), f.facility_id) if sort is Sort.DISTANCE else box


def _of_types(key: Any) -> ColumnElement[bool]:
    offered = any_(bindparam("codes", type_=postgresql.ARRAY(Text())))
    # Under another name: where a service is searched for too, its row is already in the statement.
    return exists().where(o.facility_id == key, o.service_code == offered, _valid_today(o))


_TEXT = bindparam("text", type_=Text())
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "town": f.town_key == bindparam("town", type_=Text()),
    "direct": f.direct == bindparam("direct", type_=Boolean()),
    "text": or_(f.name.ilike(_TEXT, escape="\\"), f.town.ilike(_TEXT, escape="\\")),
}

_OF_FACILITY = frozenset(_CONDITIONS)


def search_statement(wanted: FacilitySearch, fund: str, now: datetime) -> tuple[Select[Any], dict[str, Any]]:
    """Return the statement of a search with its parameters."""
    today, window = rome_date(now), wanted.window
    names, doctors = wanted_words(wanted.name or ""), wanted_words(wanted.doctor or "")
    parts: dict[str, dict[str, Any] | None] = {
        "near": _near(wanted),
        "service": {"service": wanted.service_code, "today": today} if wanted.service_code else None,
        "types": {"codes": list(wanted.service_codes), "today": today} if wanted.service_codes is not None else None,
        "town": {"town": plain(wanted.town)} if wanted.town else None,
        "text": {"text": _contains(wanted.text)} if wanted.text else None,
        "after": {"after": wanted.after[0], "after_id": wanted.after[1]} if wanted.after else None,
        "direct": {"direct": wanted.direct} if wanted.direct is not None else None,
        "campaign": {"campaign": wanted.campaign} if wanted.campaign else None,
        "window": {} if window and window.filters else None,
    }
    on = rome_date(max(now, window.starts_from)) if window else today
    parameters: dict[str, Any] = {"fund": fund, "limit": wanted.limit, "on": on}
    for part in parts.values():
        parameters |= part or {}
    for kind, words in (("name", names), ("doctor", doctors)):
        for i, word in enumerate(words):
            parameters |= {f"{kind}_{i}": word, f"{kind}_{i}_end": word + _LAST}
    if window is not None and (window.filters or wanted.sort is Sort.FIRST):
        parameters |= slot_parameters(window, now=now)
    given = frozenset(name for name, part in parts.items() if part is not None)
    conditions = window_kind(window) if window else None
    return _statement(wanted.sort, given, len(names), len(doctors), conditions), parameters


def _near(wanted: FacilitySearch) -> dict[str, Any] | None:
    near = wanted.near
    if near is None:
        return None
    box = near.box
    return {
        "latitude": near.latitude,
        "longitude": near.longitude,
        "radius": near.haversine,
        "south": box.south,
        "north": box.north,
        "west": box.west,
        "east": box.east,
    }


def _contains(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
