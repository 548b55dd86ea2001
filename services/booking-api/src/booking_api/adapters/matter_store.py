"""Matters in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    RowMapping,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    null,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from booking_api.adapters.matter_tables import facility_succession, matter, matter_step
from booking_api.domain.errors import MatterNotFound, ReviewForbidden
from booking_api.domain.matter import Matter, MatterKind, MatterStep, Side
from booking_api.use_cases.matter_ports import MatterFilter
from kit.transaction import Transaction

m, s = matter.c, matter_step.c
_COLUMNS = [name for name in Matter.__dataclass_fields__ if name != "steps"]


def _wanted(name: str, kind: Any) -> Any:
    return bindparam(name, type_=kind)


_kind, _facility, _booking = _wanted("of_kind", Text()), _wanted("of_facility", Uuid()), _wanted("of_booking", Uuid())
_state, _after, _limit = _wanted("in_state", Text()), _wanted("after", Uuid()), _wanted("limit", Integer())
_fund, _ids = _wanted("of_fund", Text()), _wanted("ids", postgresql.ARRAY(Uuid()))
_put = postgresql.insert(matter)
_PUT = _put.on_conflict_do_update(
    index_elements=[m.matter_id], set_={name: _put.excluded[name] for name in ("state", "facts", "changed_at")}
)
_STEP, _POSITION = insert(matter_step), insert(facility_succession)
_LOCK = (
    select(matter)
    .where(
        m.matter_id == _wanted("matter_id", Uuid()),
        m.kind == _kind,
        or_(_facility == null(), m.facility_id == _facility),
    )
    .with_for_update()
)
_GRANTED = select(func.max(m.facts["granted_cents"].as_integer())).where(
    m.booking_id == _booking, m.kind == "review", m.state == "increased"
)
_PAGE = (
    select(matter)
    .where(
        m.fund == _fund,
        m.kind == _kind,
        or_(_facility == null(), m.facility_id == _facility),
        or_(_booking == null(), m.booking_id == _booking),
        or_(_state == null(), m.state == _state),
        or_(_after == null(), m.matter_id < _after),
    )
    .order_by(m.matter_id.desc())
    .limit(_limit)
)
_STEPS = select(matter_step).where(s.matter_id == any_(_ids)).order_by(s.seq)
_POSITIONS = select(facility_succession).where(
    or_(facility_succession.c.old_id == _facility, facility_succession.c.new_id == _facility)
)


class PostgresMatterStore:
    """The matters of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def _all(self, statement: Any, **parameters: Any) -> Sequence[RowMapping]:
        return (await self._tx.conn.execute(statement, parameters)).mappings().all()

    async def save(self, matter: Matter) -> None:
        row = {name: getattr(matter, name) for name in _COLUMNS} | {"fund": self._tx.fund, "facts": dict(matter.facts)}
        try:
            await self._tx.conn.execute(_PUT, row)
        except IntegrityError as error:
            if "matter_one_open_review" not in str(error.orig):
                raise
            raise ReviewForbidden("Una richiesta di revisione è già aperta per questa pratica") from None
        names = MatterStep.__dataclass_fields__
        base = {"fund": self._tx.fund, "matter_id": matter.matter_id}
        rows = [
            base | {name: getattr(one, name) for name in names} | {"facts": dict(one.facts)} for one in matter.steps
        ]
        if rows:
            await self._tx.conn.execute(_STEP, rows)

    async def lock(self, matter_id: UUID, kind: MatterKind, facility_id: UUID | None) -> Matter:
        for row in await self._all(_LOCK, matter_id=matter_id, of_kind=kind, of_facility=facility_id):
            return _matter_of(row)
        raise MatterNotFound("La pratica non esiste")

    async def granted_cents(self, booking_id: UUID) -> int | None:
        granted: int | None = (await self._tx.conn.execute(_GRANTED, {"of_booking": booking_id})).scalar_one()
        return granted

    async def page(self, wanted: MatterFilter) -> Sequence[Matter]:
        rows = await self._all(
            _PAGE,
            of_fund=self._tx.fund,
            of_kind=wanted.kind,
            of_facility=wanted.facility_id,
            of_booking=wanted.booking_id,
            in_state=wanted.state,
            after=wanted.after,
            limit=wanted.limit,
        )
        return [_matter_of(row) for row in rows]

    async def steps(self, matter_ids: Sequence[UUID]) -> dict[UUID, list[MatterStep]]:
        found: dict[UUID, list[MatterStep]] = defaultdict(list)
        for row in await self._all(_STEPS, ids=list(matter_ids)):
            step = MatterStep(row["at"], Side(row["by"]), row["actor"], row["state"], row["text"], row["facts"])
            found[row["matter_id"]].append(step)
        return found

    async def link_positions(self, old_id: UUID, new_id: UUID, effective_on: date) -> None:
        row = {"old_id": old_id, "new_id": new_id, "effective_on": effective_on, "fund": self._tx.fund}
        await self._tx.conn.execute(_POSITION, row)

    async def positions_of(self, facility_id: UUID) -> Sequence[tuple[UUID, UUID, date]]:
        rows = await self._all(_POSITIONS, of_facility=facility_id)
        return [(row["old_id"], row["new_id"], row["effective_on"]) for row in rows]


def _matter_of(row: RowMapping) -> Matter:
    return Matter(**{name: row[name] for name in _COLUMNS} | {"kind": MatterKind(row["kind"])})
