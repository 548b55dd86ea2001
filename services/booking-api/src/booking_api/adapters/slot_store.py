"""Slots in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    RowMapping,
    Text,
    Uuid,
    all_,
    bindparam,
    exists,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql

from booking_api.adapters.tables import ON_A_SLOT, agenda, booking, slot
from booking_api.domain.agenda import Agenda
from booking_api.domain.slot import Slot, SlotTime
from booking_api.use_cases.ports import SlotFilter
from kit.ids import new_id
from kit.transaction import Transaction

s, b = slot.c, booking.c


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


_slot_id = bindparam("slot_id", type_=Uuid())
_service, _doctor = bindparam("service", type_=Text()), bindparam("doctor", type_=Text())
_STANDING = exists().where(b.slot_id == s.slot_id, b.state.in_(ON_A_SLOT))
_LOCK = select(slot).where(s.slot_id == _slot_id).with_for_update()
_IS_BOOKED = select(exists().where(b.slot_id == _slot_id, b.state.in_(ON_A_SLOT)))
_HOLD = update(slot).where(s.slot_id == bindparam("key", type_=Uuid()))
_FREE = (
    select(slot)
    .where(
        s.facility_id == bindparam("facility_id", type_=Uuid()),
        s.starts_at >= _moment("starts_from"),
        s.starts_at < _moment("starts_before"),
        ~s.withdrawn,
        or_(s.held_until == null(), s.held_until <= _moment("now")),
        or_(_service == null(), s.service_code == _service),
        or_(_doctor == null(), s.doctor == _doctor),
        ~_STANDING,
        tuple_(s.starts_at, s.slot_id) > tuple_(_moment("after_at"), bindparam("after_id", type_=Uuid())),
    )
    .order_by(s.starts_at, s.slot_id)
    .limit(bindparam("limit", type_=Integer()))
)
_offered = postgresql.insert(slot)
# An offered slot keeps its id, its booking and its hold: only the withdrawal is taken back.
_OFFER = _offered.on_conflict_do_update(constraint="slot_once", set_={"withdrawn": False}).returning(s.slot_id)
_WITHDRAW = (
    update(slot)
    .where(
        s.facility_id == bindparam("of_facility", type_=Uuid()),
        s.starts_at >= _moment("starts_from"),
        s.starts_at < _moment("starts_before"),
        s.slot_id != all_(bindparam("kept", type_=postgresql.ARRAY(Uuid()))),
        ~s.withdrawn,
    )
    .values(withdrawn=True)
)


_agenda = TypeAdapter(Agenda)
_AGENDA_FIELDS = ("facility_id", "openings", "closures", "open_on_holidays", "published_until")
_AGENDA = select(agenda).where(agenda.c.facility_id == bindparam("facility_id", type_=Uuid()))
_insert_agenda = postgresql.insert(agenda)
_PUT_AGENDA = _insert_agenda.on_conflict_do_update(
    index_elements=[agenda.c.facility_id],
    set_={column.name: _insert_agenda.excluded[column.name] for column in agenda.columns if not column.primary_key},
)
_AGENDAS_BEHIND = (
    select(agenda)
    .where(agenda.c.published_until < bindparam("until", type_=Date()))
    .order_by(agenda.c.published_until, agenda.c.facility_id)
    .limit(bindparam("limit", type_=Integer()))
    .with_for_update(skip_locked=True)
)


class PostgresSlotStore:
    """The slots of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def lock(self, slot_id: UUID) -> Slot | None:
        row = (await self._tx.conn.execute(_LOCK, {"slot_id": slot_id})).mappings().one_or_none()
        return None if row is None else slot_of(row)

    async def is_booked(self, slot_id: UUID) -> bool:
        return bool((await self._tx.conn.execute(_IS_BOOKED, {"slot_id": slot_id})).scalar_one())

    async def hold(self, slot_id: UUID, *, holder: str, until: datetime) -> None:
        await self._tx.conn.execute(_HOLD, {"key": slot_id, "held_by": holder, "held_until": until})

    async def free(self, wanted: SlotFilter) -> list[Slot]:
        after_at, after_id = wanted.after or (wanted.starts_from, UUID(int=0))
        parameters = {
            "facility_id": wanted.facility_id,
            # A time that has come can no longer be booked.
            "starts_from": max(wanted.starts_from, self._tx.now),
            "starts_before": wanted.starts_before,
            "now": self._tx.now,
            "service": wanted.service_code,
            "doctor": wanted.doctor,
            "after_at": after_at,
            "after_id": after_id,
            "limit": wanted.limit,
        }
        return [slot_of(row) for row in (await self._tx.conn.execute(_FREE, parameters)).mappings()]

    async def agenda(self, facility_id: UUID) -> Agenda | None:
        row = (await self._tx.conn.execute(_AGENDA, {"facility_id": facility_id})).mappings().one_or_none()
        return None if row is None else _agenda_of(row)

    async def put_agenda(self, agenda: Agenda) -> None:
        row = _agenda.dump_python(agenda, mode="json")
        values = row | {
            "facility_id": agenda.facility_id,
            "fund": self._tx.fund,
            "published_until": agenda.published_until,
        }
        await self._tx.conn.execute(_PUT_AGENDA, values)

    async def agendas_behind(self, until: date, *, limit: int) -> list[Agenda]:
        rows = await self._tx.conn.execute(_AGENDAS_BEHIND, {"until": until, "limit": limit})
        return [_agenda_of(row) for row in rows.mappings()]

    async def replace(
        self, facility_id: UUID, times: Sequence[SlotTime], *, starts_from: datetime, starts_before: datetime
    ) -> int:
        kept = await self.offer(facility_id, times)
        window = {"starts_from": starts_from, "starts_before": starts_before}
        done = await self._tx.conn.execute(_WITHDRAW, {"of_facility": facility_id, "kept": kept} | window)
        return done.rowcount

    async def offer(self, facility_id: UUID, times: Sequence[SlotTime]) -> list[UUID]:
        rows = [
            {
                "slot_id": new_id(),
                "fund": self._tx.fund,
                "facility_id": facility_id,
                "service_code": time.service_code,
                "doctor": time.doctor or "",
                "starts_at": time.starts_at,
                "withdrawn": False,
            }
            # One order for all: two writers of the same times wait for each other and do not deadlock.
            for time in sorted(times, key=lambda one: (one.starts_at, one.service_code, one.doctor or ""))
        ]
        return list((await self._tx.conn.execute(_OFFER, rows)).scalars()) if rows else []


def _agenda_of(row: RowMapping) -> Agenda:
    return _agenda.validate_python({name: row[name] for name in _AGENDA_FIELDS})


def slot_of(row: RowMapping) -> Slot:
    """Return the slot of a row."""
    return Slot(
        slot_id=row["slot_id"],
        facility_id=row["facility_id"],
        time=SlotTime(row["service_code"], row["starts_at"], row["doctor"] or None),
        withdrawn=row["withdrawn"],
        held_by=row["held_by"],
        held_until=row["held_until"],
    )
