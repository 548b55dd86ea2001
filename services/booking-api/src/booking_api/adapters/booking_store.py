"""Bookings in PostgreSQL; every statement is built once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Text, Uuid, any_, bindparam, insert, null, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError

from booking_api.adapters.booking_rows import booking_of, change_of, change_rows, changing_values, new_row
from booking_api.adapters.tables import booking, booking_history
from booking_api.adapters.webhook_store import PostgresWebhookStore
from booking_api.domain.booking import Booking, StateChange
from booking_api.domain.booking_states import OPEN, BookingState
from booking_api.domain.errors import BookingNotFound, CodeNotFound
from booking_api.domain.slot import taken
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingFilter, Succession
from kit.errors import FieldError
from kit.transaction import Transaction

b = booking.c


def _wanted(name: str, kind: Any) -> Any:
    """Return a parameter that asks for nothing when it is null."""
    return bindparam(name, type_=kind)


_viewer_member, _viewer_facility = _wanted("viewer_member", Uuid()), _wanted("viewer_facility", Uuid())
_state, _person, _after = _wanted("state", Text()), _wanted("person", Uuid()), _wanted("after", Uuid())
_code, _surname, _surname_end = _wanted("of_code", Text()), _wanted("surname", Text()), _wanted("surname_end", Text())
_from, _before = _wanted("starts_from", DateTime(timezone=True)), _wanted("starts_before", DateTime(timezone=True))

# Row-level security keeps the funds apart; the viewer keeps members and facilities apart within a fund.
_VISIBLE = (
    or_(_viewer_member == null(), b.member_id == _viewer_member),
    or_(_viewer_facility == null(), b.facility_id == _viewer_facility),
)
_GET = select(booking).where(b.booking_id == bindparam("booking_id", type_=Uuid()), *_VISIBLE)
_LOCK = _GET.with_for_update()
_BY_CODE = select(booking).where(b.code == bindparam("code", type_=Text()), *_VISIBLE)
_BY_CODES = select(booking).where(b.code == any_(bindparam("codes", type_=ARRAY(Text()))), *_VISIBLE)
# Ids sort by the time of their making, so the newest booking is the one with the greatest id.
_PAGE = (
    select(booking)
    .where(
        b.fund == bindparam("fund", type_=Text()),
        *_VISIBLE,
        or_(_state == null(), b.state == _state),
        or_(_person == null(), b.person_id == _person),
        or_(_code == null(), b.code == _code),
        or_(_surname == null(), b.surname_key.between(_surname, _surname_end)),
        or_(_from == null(), b.appointment_at >= _from),
        or_(_before == null(), b.appointment_at < _before),
        or_(_after == null(), b.booking_id < _after),
    )
    .order_by(b.booking_id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_HISTORY = (
    select(booking_history)
    .where(booking_history.c.booking_id == bindparam("booking_id", type_=Uuid()))
    .order_by(booking_history.c.seq)
)
_SUCCESSION = text(
    """
    with recursive
    earlier as (
      select booking_id, replaces from bookings.booking where booking_id = :booking_id
      union all
      select b.booking_id, b.replaces from earlier join bookings.booking b on b.booking_id = earlier.replaces
    ),
    later as (
      select booking_id, replaced_by from bookings.booking where booking_id = :booking_id
      union all
      select b.booking_id, b.replaced_by from later join bookings.booking b on b.booking_id = later.replaced_by
    ),
    line as (select booking_id from earlier union select booking_id from later)
    select
      (select booking_id from earlier where replaces is null) as first_id,
      (select booking_id from later where replaced_by is null) as last_id,
      (select count(*) from bookings.booking_history h join line on h.booking_id = line.booking_id) as changes
    """
).bindparams(bindparam("booking_id", type_=Uuid()))
_LETTERS_DUE = (
    select(booking)
    .where(b.state == BookingState.AUTHORISED.value, b.letter_due_on <= bindparam("today", type_=Date()))
    .order_by(b.letter_due_on, b.booking_id)
    .limit(bindparam("limit", type_=Integer()))
)
_LAPSED = (
    select(b.booking_id)
    .where(
        b.state.in_(sorted(state.value for state in OPEN)),
        b.expires_at <= bindparam("now", type_=DateTime(timezone=True)),
    )
    .order_by(b.expires_at, b.booking_id)
    .limit(bindparam("limit", type_=Integer()))
)
_INSERT = insert(booking)
_SAVE = update(booking).where(b.booking_id == bindparam("key", type_=Uuid()))
_INSERT_CHANGES = insert(booking_history)


class PostgresBookingStore:
    """The bookings of the transaction's fund."""

    def __init__(self, tx: Transaction, webhooks: PostgresWebhookStore) -> None:
        self._tx = tx
        self._webhooks = webhooks

    async def add(self, booking: Booking) -> None:
        await self._write(_INSERT, new_row(booking, self._tx.fund))
        await self._append_changes(booking)

    async def save(self, booking: Booking) -> None:
        await self._write(_SAVE, {"key": booking.booking_id} | changing_values(booking))
        await self._append_changes(booking)

    async def _write(self, statement: Any, row: dict[str, Any]) -> None:
        try:
            await self._tx.conn.execute(statement, row)
        except IntegrityError as error:
            if "booking_one_on_a_slot" not in str(error.orig):
                raise
            raise taken() from None

    async def _append_changes(self, booking: Booking) -> None:
        rows = change_rows(booking, self._tx.fund)
        if rows:
            await self._tx.conn.execute(_INSERT_CHANGES, rows)
        # Here, where every change passes, so that no way of changing a booking forgets the facility.
        await self._webhooks.announce_changes(booking)

    async def get(self, booking_id: UUID, viewer: Viewer) -> Booking:
        return await self._one(_GET, booking_id, viewer)

    async def lock(self, booking_id: UUID, viewer: Viewer) -> Booking:
        return await self._one(_LOCK, booking_id, viewer)

    async def _one(self, statement: Any, booking_id: UUID, viewer: Viewer) -> Booking:
        found = await self._tx.conn.execute(statement, {"booking_id": booking_id} | _seen_by(viewer))
        row = found.mappings().one_or_none()
        if row is None:
            raise BookingNotFound("La prenotazione non esiste")
        return booking_of(row)

    async def by_code(self, code: str, viewer: Viewer) -> Booking:
        found = await self._tx.conn.execute(_BY_CODE, {"code": code} | _seen_by(viewer))
        row = found.mappings().one_or_none()
        if row is None:
            message = "Nessuna prenotazione di questa struttura ha questo codice"
            raise CodeNotFound(message, errors=[FieldError("/code", "code_unknown", message)])
        return booking_of(row)

    async def by_codes(self, codes: Sequence[str], viewer: Viewer) -> dict[str, Booking]:
        rows = await self._tx.conn.execute(_BY_CODES, {"codes": list(codes)} | _seen_by(viewer))
        found = [booking_of(row) for row in rows.mappings()]
        return {one.granted.code: one for one in found}

    async def page(self, viewer: Viewer, wanted: BookingFilter) -> list[Booking]:
        parameters = {
            "fund": self._tx.fund,
            "state": wanted.state and wanted.state.value,
            "person": wanted.person_id,
            "after": wanted.after,
            "limit": wanted.limit,
            "of_code": wanted.code,
            "surname": wanted.surname,
            # The last text that begins like this: row-level security keeps `like` from the index, but no range.
            "surname_end": wanted.surname and f"{wanted.surname}\uffff",
            "starts_from": wanted.starts_from,
            "starts_before": wanted.starts_before,
        }
        rows = await self._tx.conn.execute(_PAGE, parameters | _seen_by(viewer))
        return [booking_of(row) for row in rows.mappings()]

    async def history(self, booking_id: UUID) -> list[StateChange]:
        rows = await self._tx.conn.execute(_HISTORY, {"booking_id": booking_id})
        return [change_of(row) for row in rows.mappings()]

    async def succession(self, booking_id: UUID) -> Succession:
        row = (await self._tx.conn.execute(_SUCCESSION, {"booking_id": booking_id})).mappings().one()
        return Succession(row["first_id"], row["last_id"], row["changes"])

    async def letters_due(self, *, today: date, limit: int) -> list[Booking]:
        rows = await self._tx.conn.execute(_LETTERS_DUE, {"today": today, "limit": limit})
        return [booking_of(row) for row in rows.mappings()]

    async def lapsed(self, *, now: datetime, limit: int) -> list[UUID]:
        return list((await self._tx.conn.execute(_LAPSED, {"now": now, "limit": limit})).scalars())


def _seen_by(viewer: Viewer) -> dict[str, UUID | None]:
    return {"viewer_member": viewer.member_id, "viewer_facility": viewer.facility_id}
