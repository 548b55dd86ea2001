"""Free slots inside a search: which facilities have one, and the first ones of those that are shown."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Time,
    Uuid,
    bindparam,
    cast,
    column,
    exists,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql

from booking_api.adapters.tables import ON_A_SLOT, booking, slot
from booking_api.domain.facility_search import EVENING_BEGINS, MORNING_ENDS, SlotWindow

s, b = slot.c, booking.c

SHOWN = 3
_local_time: Any = cast(func.timezone("Europe/Rome", s.starts_at), Time)


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


_early: ColumnElement[bool] = _local_time < bindparam("morning_ends", MORNING_ENDS, type_=Time())
_late: ColumnElement[bool] = _local_time >= bindparam("evening_begins", EVENING_BEGINS, type_=Time())


def slot_parameters(window: SlotWindow, *, now: datetime) -> dict[str, Any]:
    """Return the parameters of a window, for statements made with the same `window_kind`."""
    times = {"time_from": window.time_from, "time_to": window.time_to}
    moments = {"starts_from": max(window.starts_from, now), "starts_before": window.starts_before, "slot_now": now}
    return moments | {name: value for name, value in times.items() if value is not None}


def window_kind(window: SlotWindow) -> frozenset[str]:
    """Return which conditions a window has."""
    flags: Mapping[str, object] = {
        "time_from": window.time_from,
        "time_to": window.time_to,
        "early": window.early or None,
        "late": window.late or None,
    }
    return frozenset(name for name, value in flags.items() if value is not None)


def _free(key: Any, kind: frozenset[str], *, of_service: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        s.facility_id == key,
        s.starts_at >= _moment("starts_from"),
        s.starts_at < _moment("starts_before"),
        # A time that has come can no longer be booked.
        s.starts_at > _moment("slot_now"),
        ~s.withdrawn,
        or_(s.held_until == null(), s.held_until <= _moment("slot_now")),
        ~exists().where(b.slot_id == s.slot_id, b.state.in_(ON_A_SLOT)),
    ]
    if of_service:
        conditions.append(s.service_code == bindparam("service", type_=Text()))
    if "time_from" in kind:
        conditions.append(_local_time >= bindparam("time_from", type_=Time()))
    if "time_to" in kind:
        conditions.append(_local_time < bindparam("time_to", type_=Time()))
    edges = [one for name, one in (("early", _early), ("late", _late)) if name in kind]
    return [*conditions, or_(*edges)] if edges else conditions


def first_free(key: Any, kind: frozenset[str], *, of_service: bool) -> Select[Any]:
    """Return the statement of the first free moment of a facility."""
    return select(s.starts_at).where(*_free(key, kind, of_service=of_service)).order_by(s.starts_at).limit(1)


def found_or_unpublished(key: Any, kind: frozenset[str], *, of_service: bool) -> ColumnElement[bool]:
    """Say that a facility has a free slot, or publishes none at all and has to be asked."""
    published = exists().where(s.facility_id == key, s.starts_at >= _moment("slot_now"), ~s.withdrawn)
    return or_(exists().where(*_free(key, kind, of_service=of_service)), ~published)


@cache
def first_slots(kind: frozenset[str], *, of_service: bool) -> Select[Any]:
    """Return the statement of the first free slots of several facilities."""
    ids = func.unnest(bindparam("ids", type_=postgresql.ARRAY(Uuid())))
    asked = ids.table_valued(column("facility_id", Uuid())).render_derived("asked")
    free = (
        select(slot)
        .where(*_free(asked.c.facility_id, kind, of_service=of_service))
        .order_by(s.starts_at, s.slot_id)
        .limit(bindparam("shown", SHOWN, type_=Integer()))
        .lateral("free")
    )
    return select(free).select_from(asked).join(free, true()).order_by(free.c.starts_at, free.c.slot_id)
