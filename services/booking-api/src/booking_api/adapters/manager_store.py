"""Who is responsible for a facility's convention, in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql

from booking_api.adapters.tables import facility, metadata
from booking_api.domain.convention_manager import ManagerChoice, ManagerContact, ManagerFault
from booking_api.use_cases.manager_ports import KnownManager
from kit.transaction import Transaction

convention_manager = Table(
    "convention_manager",
    metadata,
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("name", Text),
    Column("email", Text),
    Column("since", Date),
    Column("faults", postgresql.ARRAY(Text), nullable=False),
    Column("named_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("(email is null) = (name is null)", name="convention_manager_whole"),
    CheckConstraint("email is not null or cardinality(faults) > 0", name="convention_manager_missing_says_why"),
)

f, c = facility.c, convention_manager.c
_put = postgresql.insert(convention_manager)
_PUT = _put.on_conflict_do_update(
    index_elements=[c.facility_id],
    set_={name: _put.excluded[name] for name in ("name", "email", "since", "faults", "named_at")},
)
# Who was never named is missing.
_SHOWN = func.coalesce(c.faults, postgresql.array(["missing"], type_=Text))
_FAULTS = _SHOWN.label("shown_faults")
_fault, _after = bindparam("fault", type_=Text()), bindparam("after", type_=Text())
_PAGE = (
    select(f.facility_id, f.code, f.name.label("facility_name"), c.name, c.email, c.since, _FAULTS)
    .select_from(facility.outerjoin(convention_manager, c.facility_id == f.facility_id))
    .where(
        f.fund == bindparam("of_fund", type_=Text()),
        or_(_fault == null(), _fault == any_(_SHOWN)),
        or_(_after == null(), f.code > _after),
    )
    .order_by(f.code)
    .limit(bindparam("limit", type_=Integer()))
)


class PostgresManagerStore:
    """The responsible persons of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def put(self, facility_id: UUID, choice: ManagerChoice) -> None:
        chosen = choice.chosen
        row = {
            "facility_id": facility_id,
            "fund": self._tx.fund,
            "name": chosen.name if chosen else None,
            "email": chosen.email if chosen else None,
            "since": chosen.since if chosen else None,
            "faults": [str(fault) for fault in choice.faults],
            "named_at": self._tx.now,
        }
        await self._tx.conn.execute(_PUT, row)

    async def page(self, *, fault: ManagerFault | None, after: str | None, limit: int) -> Sequence[KnownManager]:
        parameters: dict[str, Any] = {"of_fund": self._tx.fund, "fault": fault, "after": after, "limit": limit}
        rows = (await self._tx.conn.execute(_PAGE, parameters)).mappings().all()
        return [
            KnownManager(
                facility_id=row["facility_id"],
                facility_code=row["code"],
                facility_name=row["facility_name"],
                chosen=ManagerContact(row["name"], row["email"], row["since"]) if row["email"] else None,
                faults=tuple(ManagerFault(one) for one in row["shown_faults"]),
            )
            for row in rows
        ]
