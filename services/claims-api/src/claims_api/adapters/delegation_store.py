"""Delegations, in PostgreSQL."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.office_tables import DELEGATION
from claims_api.domain.delegation import Delegation
from kit.context import Context

_ALL = select(*(column for column in DELEGATION.c if column.name != "fund"))
_BETWEEN = _ALL.where(
    DELEGATION.c.member_id == bindparam("member_id"),
    DELEGATION.c.delegate_member_id == bindparam("delegate_id"),
    DELEGATION.c.revoked_at.is_(None),
)
_OF_EITHER = _ALL.where(
    or_(DELEGATION.c.member_id == bindparam("member_id"), DELEGATION.c.delegate_member_id == bindparam("member_id"))
).order_by(DELEGATION.c.delegation_id.desc())
_REVOKE = (
    update(DELEGATION)
    .where(DELEGATION.c.delegation_id == bindparam("of_delegation"), DELEGATION.c.revoked_at.is_(None))
    .where(or_(DELEGATION.c.member_id == bindparam("by"), DELEGATION.c.delegate_member_id == bindparam("by")))
    .values(revoked_at=bindparam("at"))
    .returning(*(column for column in DELEGATION.c if column.name != "fund"))
)


class PostgresDelegationStore:
    """The port DelegationStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, delegation: Delegation) -> None:
        await self._conn.execute(insert(DELEGATION).values(asdict(delegation) | {"fund": self._context.fund}))

    async def of_either(self, member_id: UUID) -> list[Delegation]:
        rows = (await self._conn.execute(_OF_EITHER, {"member_id": member_id})).mappings()
        return [Delegation(**row) for row in rows]

    async def holds(self, *, member_id: UUID, delegate_id: UUID, day: date) -> bool:
        rows = (await self._conn.execute(_BETWEEN, {"member_id": member_id, "delegate_id": delegate_id})).mappings()
        return any(Delegation(**row).holds_on(day) for row in rows)

    async def revoke(self, delegation_id: UUID, *, by: UUID, at: datetime) -> Delegation | None:
        values = {"of_delegation": delegation_id, "by": by, "at": at}
        row = (await self._conn.execute(_REVOKE, values)).mappings().one_or_none()
        return Delegation(**row) if row else None
