"""The list "Le tue pratiche" in PostgreSQL: claims and direct services as rows of one form."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, extract, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.practice_tables import DIRECT_SERVICE
from claims_api.adapters.tables import CLAIM, CLAIM_CASE, PERSON
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.currency import EURO
from claims_api.domain.expense import number_key, provider_key
from claims_api.domain.practice_row import DirectService, DirectState, PracticeRow, RowKind, YearTotal, conditions
from claims_api.use_cases.ports import RowFilter
from kit.context import Context

_NAME = PERSON.c.first_name + " " + PERSON.c.last_name
_D = DIRECT_SERVICE.c
_IN_EURO = case((CLAIM.c.currency == EURO, CLAIM.c.amount_cents), else_=CLAIM.c.converted_cents)
_CLAIM_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "row_id": CLAIM.c.claim_id,
    "kind": literal(RowKind.CLAIM),
    "case_id": CLAIM.c.case_id,
    "case_number": CLAIM_CASE.c.number,
    "person_id": CLAIM.c.person_id,
    "document_date": CLAIM.c.document_date,
    "requested_on": CLAIM.c.received_on,
    "requested_cents": _IN_EURO,
    "settled_cents": func.coalesce(CLAIM.c.settled_cents, 0),
    "service": CLAIM.c.service,
    "beneficiary": _NAME,
    "state": CLAIM.c.state,
    "amount_cents": CLAIM.c.amount_cents,
    "currency": CLAIM.c.currency,
}
_DIRECT_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "row_id": _D.booking_id,
    "kind": literal(RowKind.BOOKING),
    "case_id": literal(None, CLAIM.c.case_id.type),
    "case_number": _D.code,
    "person_id": _D.person_id,
    "document_date": func.coalesce(_D.invoice_date, _D.service_on),
    "requested_on": _D.requested_on,
    "requested_cents": _D.price_cents,
    "settled_cents": case((_D.state == DirectState.SETTLED, _D.fund_share_cents), else_=0),
    "service": _D.service,
    "beneficiary": _NAME,
    "state": _D.state,
    "amount_cents": _D.price_cents,
    "currency": literal(EURO),
}
_COMMITTED = case((_D.state == DirectState.COMMITTED, _D.fund_share_cents), else_=0)
_COMPARE: Mapping[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "ge": lambda column, value: column >= value,
    "le": lambda column, value: column <= value,
    "holds": lambda column, value: column.icontains(value, autoescape=True),
}


_AWAITING = select(func.count(), func.coalesce(func.sum(CLAIM.c.settled_cents), 0)).where(
    CLAIM.c.member_id == bindparam("member_id"), CLAIM.c.state == "settled"
)


def _claims() -> Select[Any]:
    columns = [column.label(name) for name, column in _CLAIM_COLUMNS.items()]
    joined = select(*columns).join(CLAIM_CASE, CLAIM_CASE.c.case_id == CLAIM.c.case_id)
    # Drafts are no requests yet.
    return joined.join(PERSON, PERSON.c.person_id == CLAIM.c.person_id).where(CLAIM.c.received_on.is_not(None))


def _directs() -> Select[Any]:
    columns = [column.label(name) for name, column in _DIRECT_COLUMNS.items()]
    # A booking that was refused at once, for its notice, was never a request.
    joined = select(*columns).join(PERSON, PERSON.c.person_id == _D.person_id)
    return joined.where(_D.requested_on.is_not(None))


def _branch(
    statement: Select[Any], columns: Mapping[str, ColumnElement[Any]], member: ColumnElement[Any], wanted: RowFilter
) -> Select[Any]:
    asked = [_COMPARE[one.comparison](columns[one.column], one.value) for one in conditions(wanted.search)]
    if wanted.member_id is not None:
        asked.append(member == wanted.member_id)
    if wanted.before is not None:
        asked.append(columns["row_id"] < wanted.before)
    return statement.where(*asked).order_by(columns["row_id"].desc()).limit(wanted.limit)


def _rows(wanted: RowFilter) -> Select[Any]:
    state = wanted.search.state
    branches = []
    if state is None or state in set(ClaimState):
        branches.append(_branch(_claims(), _CLAIM_COLUMNS, CLAIM.c.member_id, wanted))
    if state is None or state in set(DirectState):
        branches.append(_branch(_directs(), _DIRECT_COLUMNS, _D.member_id, wanted))
    both = union_all(*(select(one.subquery()) for one in branches)).subquery()
    return select(both).order_by(both.c.row_id.desc()).limit(wanted.limit)


def _totals(member_id: UUID) -> Select[Any]:
    claims = select(
        extract("year", CLAIM.c.received_on).label("year"),
        _IN_EURO.label("requested"),
        func.coalesce(CLAIM.c.settled_cents, 0).label("settled"),
        literal(0).label("committed"),
        case((_IN_EURO.is_(None), 1), else_=0).label("unconverted"),
    ).where(CLAIM.c.member_id == member_id, CLAIM.c.received_on.is_not(None), CLAIM.c.state != "withdrawn")
    directs = select(
        extract("year", _D.requested_on),
        _D.price_cents,
        _DIRECT_COLUMNS["settled_cents"],
        _COMMITTED,
        literal(0),
    ).where(_D.member_id == member_id, _D.state.in_(("committed_direct", "settled_direct")))
    both = union_all(claims, directs).subquery()
    sums = [
        func.coalesce(func.sum(both.c[name]), 0).label(f"{name}_cents")
        for name in ("requested", "settled", "committed")
    ]
    unconverted = func.sum(both.c.unconverted).label("unconverted_rows")
    return (
        select(both.c.year, func.count().label("rows"), *sums, unconverted)
        .group_by(both.c.year)
        .order_by(both.c.year.desc())
    )


class PostgresPracticeStore:
    """The port PracticeStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def rows(self, wanted: RowFilter) -> list[PracticeRow]:
        found = (await self._conn.execute(_rows(wanted))).mappings()
        return [PracticeRow(**{**row, "kind": RowKind(row["kind"])}) for row in found]

    async def totals(self, member_id: UUID) -> list[YearTotal]:
        found = (await self._conn.execute(_totals(member_id))).mappings()
        return [YearTotal(**{name: int(value) for name, value in row.items()}) for row in found]

    async def awaiting_payment(self, member_id: UUID) -> tuple[int, int]:
        row = (await self._conn.execute(_AWAITING, {"member_id": member_id})).one()
        return row[0], int(row[1])

    async def put_direct(self, service: DirectService) -> None:
        row: dict[str, Any] = {
            "fund": self._context.fund,
            "provider_key": provider_key(service.facility_vat_number) or None,
        }
        for name in (column.name for column in DIRECT_SERVICE.c):
            if name not in {"fund", "provider_key", "invoice_number_key"}:
                row[name] = getattr(service, name)
        row["invoice_number_key"] = number_key(service.invoice_number or "") or None
        told = {name: value for name, value in row.items() if value is not None}
        changed = {name: value for name, value in told.items() if name not in {"fund", "booking_id"}}
        statement = insert(DIRECT_SERVICE).values(told)
        await self._conn.execute(statement.on_conflict_do_update(index_elements=["booking_id"], set_=changed))
