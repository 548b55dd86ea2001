"""Holds and heirs in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.payee_tables import heir_payee, payee_hold
from payout_svc.domain.errors import HeirsNotFound, HoldNotFound
from payout_svc.domain.heir_payee import HeirPayee, HeirState
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payee_hold import Hold, HoldKind


class PostgresHoldStore:
    """The holds of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def place(self, hold: Hold) -> bool:
        statement = postgresql.insert(payee_hold).values(asdict(hold) | {"fund": self._fund})
        placed = await self._conn.execute(statement.on_conflict_do_nothing().returning(payee_hold.c.hold_id))
        return placed.scalar() is not None

    async def lock(self, hold_id: UUID) -> Hold:
        query = select(payee_hold).where(payee_hold.c.hold_id == hold_id, payee_hold.c.fund == self._fund)
        row = (await self._conn.execute(query.with_for_update())).mappings().one_or_none()
        if row is None:
            raise HoldNotFound("no hold has this id")
        return _hold_of(row)

    async def lift(self, hold_id: UUID, *, lifted_by: str, reason: str, at: datetime) -> None:
        statement = update(payee_hold).where(payee_hold.c.hold_id == hold_id)
        await self._conn.execute(statement.values(lifted_by=lifted_by, lift_reason=reason, lifted_at=at))

    async def lift_deceased(self, member_id: UUID, *, lifted_by: str, at: datetime) -> None:
        statement = update(payee_hold).where(
            payee_hold.c.fund == self._fund,
            payee_hold.c.payee_id == member_id,
            payee_hold.c.kind == HoldKind.DECEASED,
            payee_hold.c.lifted_at.is_(None),
        )
        reason = "the heirs' payee is approved"
        await self._conn.execute(statement.values(lifted_by=lifted_by, lift_reason=reason, lifted_at=at))

    async def page(self, *, payee_id: UUID | None, open_only: bool, after: UUID | None, limit: int) -> Sequence[Hold]:
        """Return holds in the order of their placing."""
        query = select(payee_hold).where(payee_hold.c.fund == self._fund)
        if payee_id is not None:
            query = query.where(payee_hold.c.payee_id == payee_id)
        if open_only:
            query = query.where(payee_hold.c.lifted_at.is_(None))
        if after is not None:
            query = query.where(payee_hold.c.hold_id > after)
        rows = await self._conn.execute(query.order_by(payee_hold.c.hold_id).limit(limit))
        return [_hold_of(row) for row in rows.mappings()]


class PostgresHeirStore:
    """The heirs' payees of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def record(self, heir: HeirPayee) -> None:
        older = update(heir_payee).where(
            heir_payee.c.fund == self._fund,
            heir_payee.c.member_id == heir.member_id,
            heir_payee.c.state == HeirState.RECORDED,
        )
        await self._conn.execute(older.values(state=HeirState.REPLACED))
        await self._conn.execute(insert(heir_payee), asdict(heir) | {"fund": self._fund})

    async def lock(self, heir_id: UUID) -> HeirPayee:
        query = select(heir_payee).where(heir_payee.c.heir_id == heir_id, heir_payee.c.fund == self._fund)
        row = (await self._conn.execute(query.with_for_update())).mappings().one_or_none()
        if row is None:
            raise HeirsNotFound("no record of heirs has this id")
        return _heir_of(row)

    async def approve(self, heir_id: UUID, *, approved_by: str, at: datetime) -> None:
        statement = update(heir_payee).where(heir_payee.c.heir_id == heir_id)
        await self._conn.execute(statement.values(state=HeirState.APPROVED, approved_by=approved_by, approved_at=at))

    async def page(self, *, member_id: UUID | None, after: UUID | None, limit: int) -> Sequence[HeirPayee]:
        """Return records in the order of their making."""
        query = select(heir_payee).where(heir_payee.c.fund == self._fund)
        if member_id is not None:
            query = query.where(heir_payee.c.member_id == member_id)
        if after is not None:
            query = query.where(heir_payee.c.heir_id > after)
        rows = await self._conn.execute(query.order_by(heir_payee.c.heir_id).limit(limit))
        return [_heir_of(row) for row in rows.mappings()]


def _hold_of(row: RowMapping) -> Hold:
    known = {name: row[name] for name in Hold.__dataclass_fields__}
    return Hold(**known | {"payee_kind": PayeeKind(row["payee_kind"]), "kind": HoldKind(row["kind"])})


def _heir_of(row: RowMapping) -> HeirPayee:
    known = {name: row[name] for name in HeirPayee.__dataclass_fields__}
    return HeirPayee(**known | {"state": HeirState(row["state"])})
