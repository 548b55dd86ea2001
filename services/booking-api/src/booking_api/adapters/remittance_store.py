"""Remittances to facilities in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    Integer,
    RowMapping,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects import postgresql

from booking_api.adapters.dispensing_tables import facility_invoice, invoiced_booking
from booking_api.adapters.foreign_tables import foreign_booking
from booking_api.adapters.matter_tables import matter
from booking_api.adapters.remittance_tables import remittance, remittance_line, remittance_return
from booking_api.adapters.tables import booking
from booking_api.domain.remittance import LineKind, Remittance, RemittanceLine
from kit.transaction import Transaction

m, r, k, x, b, f = matter.c, remittance.c, remittance_line.c, remittance_return.c, booking.c, foreign_booking.c
i, p = facility_invoice.c, invoiced_booking.c
_WRITTEN = ("payout_id", "facility_id", "amount_cents", "execution_on", "iban_last4", "month")
_LINE_COLUMNS = list(RemittanceLine.__dataclass_fields__)


def _wanted(name: str, kind: Any) -> Any:
    return bindparam(name, type_=kind)


def _kind(kind: LineKind) -> Any:
    return literal(str(kind), Text())


_fund, _facility, _ids = _wanted("of_fund", Text()), _wanted("of_facility", Uuid()), postgresql.ARRAY(Uuid())
_after_on, _after = _wanted("after_on", Date()), _wanted("after", Uuid())
_ADD = postgresql.insert(remittance).on_conflict_do_nothing()
_ADD_LINES = postgresql.insert(remittance_line).on_conflict_do_nothing()
_RETURN = (
    postgresql.insert(remittance_return)
    .from_select(
        ["payout_id", "fund", "reason", "returned_on"],
        select(r.payout_id, r.fund, _wanted("reason", Text()), _wanted("returned_on", Date())).where(
            r.payout_id == _wanted("of_payout", Uuid())
        ),
    )
    .on_conflict_do_nothing()
)
_PAGE = (
    select(remittance, x.returned_on, x.reason.label("return_reason"))
    .select_from(remittance.outerjoin(remittance_return, x.payout_id == r.payout_id))
    .where(
        r.fund == _fund,
        r.facility_id == _facility,
        or_(_after == null(), tuple_(r.execution_on, r.payout_id) < tuple_(_after_on, _after)),
    )
    .order_by(r.execution_on.desc(), r.payout_id.desc())
    .limit(_wanted("limit", Integer()))
)
_PAID = select(k.payout_id, k.booking_id).where(k.payout_id == any_(_wanted("ids", _ids))).distinct()
_LINES = (
    select(*(k[name] for name in _LINE_COLUMNS))
    .select_from(remittance_line.join(remittance, r.payout_id == k.payout_id))
    .where(k.payout_id == _wanted("of_payout", Uuid()), r.fund == _fund, r.facility_id == _facility)
    .order_by(k.due_on, k.source_id)
)
_INVOICED = booking.outerjoin(invoiced_booking, (p.booking_id == b.booking_id) & (p.superseded_at == null())).outerjoin(
    facility_invoice, i.invoice_id == p.invoice_id
)
_CLOSED = select(
    _kind(LineKind.BOOKING).label("kind"),
    b.booking_id.label("source_id"),
    b.booking_id,
    b.code,
    i.number.label("invoice_number"),
    b.fund_share_cents.label("amount_cents"),
    b.closed_on.label("due_on"),
).select_from(_INVOICED)
_LINES_OF = _CLOSED.where(
    b.fund == _fund, b.booking_id == any_(_wanted("ids", _ids)), b.closed_on != null(), b.fund_share_cents > 0
)
_IMPORTED = select(
    _kind(LineKind.IMPORTED_BOOKING),
    f.booking_id,
    f.booking_id,
    f.foreign_id,
    f.invoice_number,
    f.fund_share_cents,
    func.coalesce(f.dispensed_on, f.opened_on),
)
_GRANTED, _SETTLED = m.facts["granted_cents"].as_integer(), m.facts["settled_cents"].as_integer()
_ADDED = select(
    _kind(LineKind.BOOKING_CORRECTION),
    m.matter_id,
    b.booking_id,
    b.code,
    i.number,
    _GRANTED - _SETTLED,
    cast(func.timezone("Europe/Rome", m.changed_at), Date()),
).select_from(_INVOICED.join(matter, m.booking_id == b.booking_id))
_ON_ITS_WAY = exists().where(
    k.source_id == m.matter_id, ~exists().where(x.payout_id == k.payout_id).correlate(remittance_line)
)
# A transfer that came back leaves what it paid to be paid: a booking closed again, an imported one unpaid.
_OUTSTANDING = union_all(
    _CLOSED.where(b.fund == _fund, b.facility_id == _facility, b.state == "closed", b.fund_share_cents > 0),
    _IMPORTED.where(f.fund == _fund, f.facility_id == _facility, f.booking_id != null(), ~f.paid),
    _ADDED.where(
        m.fund == _fund,
        m.facility_id == _facility,
        m.kind == "review",
        m.state == "increased",
        ~_ON_ITS_WAY,
    ),
).order_by("due_on", "source_id")


class PostgresRemittanceStore:
    """The remittances of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def _all(self, statement: Any, **parameters: Any) -> Sequence[RowMapping]:
        return (await self._tx.conn.execute(statement, parameters)).mappings().all()

    async def add(self, remittance: Remittance, lines: Sequence[RemittanceLine]) -> None:
        row = {name: getattr(remittance, name) for name in _WRITTEN}
        await self._tx.conn.execute(_ADD, row | {"fund": self._tx.fund})
        base = {"payout_id": remittance.payout_id, "fund": self._tx.fund}
        rows = [base | asdict(line) for line in lines]
        if rows:
            await self._tx.conn.execute(_ADD_LINES, rows)

    async def add_return(self, payout_id: UUID, *, reason: str, returned_on: date) -> None:
        row = {"of_payout": payout_id, "reason": reason, "returned_on": returned_on}
        await self._tx.conn.execute(_RETURN, row)

    async def page(self, facility_id: UUID, *, after: tuple[date, UUID] | None, limit: int) -> Sequence[Remittance]:
        after_on, after_id = after or (None, None)
        rows = await self._all(
            _PAGE,
            of_fund=self._tx.fund,
            of_facility=facility_id,
            after_on=after_on,
            after=after_id,
            limit=limit,
        )
        paid: dict[UUID, list[UUID]] = defaultdict(list)
        for line in await self._all(_PAID, ids=[row["payout_id"] for row in rows]):
            paid[line["payout_id"]].append(line["booking_id"])
        return [_remittance_of(row, sorted(paid[row["payout_id"]])) for row in rows]

    async def lines(self, facility_id: UUID, payout_id: UUID) -> Sequence[RemittanceLine]:
        rows = await self._all(_LINES, of_fund=self._tx.fund, of_facility=facility_id, of_payout=payout_id)
        return [_line_of(row) for row in rows]

    async def outstanding(self, facility_id: UUID) -> Sequence[RemittanceLine]:
        rows = await self._all(_OUTSTANDING, of_fund=self._tx.fund, of_facility=facility_id)
        return [_line_of(row) for row in rows]

    async def lines_of(self, booking_ids: Sequence[UUID]) -> Sequence[RemittanceLine]:
        return [_line_of(row) for row in await self._all(_LINES_OF, of_fund=self._tx.fund, ids=list(booking_ids))]


def _line_of(row: RowMapping) -> RemittanceLine:
    return RemittanceLine(**{**{name: row[name] for name in _LINE_COLUMNS}, "kind": LineKind(row["kind"])})


def _remittance_of(row: RowMapping, booking_ids: Sequence[UUID]) -> Remittance:
    values = {name: row[name] for name in (*_WRITTEN, "returned_on", "return_reason")}
    # A remittance from before transfers said their month was sent in it.
    values["month"] = row["month"] or f"{row['execution_on']:%Y-%m}"
    return Remittance(**values, booking_ids=tuple(booking_ids))
