"""Bookings of another system in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Integer, RowMapping, Text, Uuid, any_, bindparam, insert, null, or_, select, update
from sqlalchemy.dialects import postgresql

from booking_api.adapters.foreign_tables import booking_import, foreign_booking
from booking_api.domain.booking_import import BookingImport, ForeignBooking, ImportLine
from kit.transaction import Transaction

f = foreign_booking.c
_COLUMNS = ForeignBooking.__dataclass_fields__
_lines = TypeAdapter(tuple[ImportLine, ...])


def _wanted(name: str, kind: Any) -> Any:
    return bindparam(name, type_=kind)


_fund, _person, _facility = _wanted("of_fund", Text()), _wanted("of_person", Uuid()), _wanted("of_facility", Uuid())
_after = _wanted("after", Text())
_put = postgresql.insert(foreign_booking)
_PUT = _put.on_conflict_do_update(
    index_elements=[f.fund, f.foreign_id],
    set_={name: _put.excluded[name] for name in (*_COLUMNS, "imported") if name != "foreign_id"},
    # The shares of what was imported are frozen.
    where=~f.imported,
).returning(f.foreign_id)
_IMPORTED = select(f.foreign_id).where(
    f.fund == _fund, f.foreign_id == any_(_wanted("foreign_ids", postgresql.ARRAY(Text()))), f.imported
)
_HAS = select(f.foreign_id).where(
    f.fund == _fund, f.foreign_id == _wanted("of_foreign", Text()), f.facility_id == _facility, f.imported
)
_PAID = (
    update(foreign_booking)
    .where(f.fund == _fund, f.booking_id == any_(_wanted("booking_ids", postgresql.ARRAY(Uuid()))))
    .values(paid=_wanted("now_paid", Boolean()))
    .returning(f.booking_id)
)
_REPORT = insert(booking_import)
_GET = select(booking_import).where(booking_import.c.import_id == _wanted("import_id", Uuid()))
_STATES = select(f.state).where(f.fund == _fund, f.person_id == _person)
_PREVIOUS = (
    select(foreign_booking)
    .where(f.fund == _fund, f.person_id == _person, f.facility_id == _facility, f.imported, f.dental)
    .order_by(f.dispensed_on.desc())
    .limit(50)
)
_PAGE = (
    select(foreign_booking)
    .where(f.fund == _fund, f.facility_id == _facility, f.imported, or_(_after == null(), f.foreign_id > _after))
    .order_by(f.foreign_id)
    .limit(_wanted("limit", Integer()))
)


class PostgresForeignStore:
    """The bookings that come from another system, of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def _all(self, statement: Any, **parameters: Any) -> Sequence[RowMapping]:
        return (await self._tx.conn.execute(statement, parameters)).mappings().all()

    async def put(self, booking: ForeignBooking, facility_id: UUID, *, imported: bool) -> bool:
        row = {name: getattr(booking, name) for name in _COLUMNS} | {"teeth": list(booking.teeth)}
        row |= {"fund": self._tx.fund, "facility_id": facility_id, "imported": imported}
        return (await self._tx.conn.execute(_PUT, row)).one_or_none() is not None

    async def imported_among(self, foreign_ids: Sequence[str]) -> set[str]:
        rows = await self._all(_IMPORTED, of_fund=self._tx.fund, foreign_ids=list(foreign_ids))
        return {row["foreign_id"] for row in rows}

    async def has(self, foreign_id: str, facility_id: UUID) -> bool:
        rows = await self._all(_HAS, of_fund=self._tx.fund, of_foreign=foreign_id, of_facility=facility_id)
        return bool(rows)

    async def mark_paid(self, booking_ids: Sequence[UUID], *, paid: bool) -> set[UUID]:
        rows = await self._all(_PAID, of_fund=self._tx.fund, booking_ids=list(booking_ids), now_paid=paid)
        return {row["booking_id"] for row in rows}

    async def add_report(self, report: BookingImport) -> None:
        row = {name: getattr(report, name) for name in BookingImport.__dataclass_fields__}
        row |= {"fund": self._tx.fund, "lines": _lines.dump_python(report.lines, mode="json")}
        await self._tx.conn.execute(_REPORT, row)

    async def report(self, import_id: UUID) -> BookingImport | None:
        for row in await self._all(_GET, import_id=import_id):
            values = {name: row[name] for name in BookingImport.__dataclass_fields__}
            return BookingImport(**values | {"lines": _lines.validate_python(row["lines"])})
        return None

    async def states_of(self, person_id: UUID) -> Sequence[str]:
        return [row["state"] for row in await self._all(_STATES, of_fund=self._tx.fund, of_person=person_id)]

    async def previous_of(self, person_id: UUID, facility_id: UUID) -> Sequence[ForeignBooking]:
        rows = await self._all(_PREVIOUS, of_fund=self._tx.fund, of_person=person_id, of_facility=facility_id)
        return [_foreign_of(row) for row in rows]

    async def of_facility(self, facility_id: UUID, *, after: str | None, limit: int) -> Sequence[ForeignBooking]:
        rows = await self._all(_PAGE, of_fund=self._tx.fund, of_facility=facility_id, after=after, limit=limit)
        return [_foreign_of(row) for row in rows]


def _foreign_of(row: RowMapping) -> ForeignBooking:
    return ForeignBooking(**{name: row[name] for name in _COLUMNS} | {"teeth": tuple(row["teeth"])})
