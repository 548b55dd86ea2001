"""The limits of persons: balances that are locked while a decision is made, and their postings."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.tables import LIMIT_BALANCE
from rules_svc.domain.decision import Balance, LimitKey, Use
from rules_svc.use_cases.ports import SettlementKind

_B = LIMIT_BALANCE.c

# One statement makes the rows that lack, locks them all in key order and returns their newest values: a plain SELECT
# FOR UPDATE would not see rows that another transaction has just made.
_LOCK = text(
    """
    insert into rules.limit_balance as b (fund, person_id, limit_id, window_key, measure, ceiling, rolling_months)
    select cast(:fund as text), cast(:person_id as uuid), k.limit_id, k.window_key, k.measure, k.ceiling,
        k.rolling_months
    from jsonb_to_recordset(:keys) as
        k(limit_id text, window_key text, ceiling bigint, measure text, rolling_months int)
    order by k.limit_id, k.window_key
    on conflict (person_id, limit_id, window_key) do update set ceiling = greatest(b.ceiling, excluded.ceiling)
    returning limit_id, window_key, consumed, reserved, uses
    """
).bindparams(bindparam("keys", type_=JSONB))

_SETTLE = text(
    """
    with held as (
        select p.* from rules.limit_posting p
        join rules.limit_balance b using (person_id, limit_id, window_key)
        where p.source = cast(:source as text) and p.kind = 'reserve'
        order by p.limit_id, p.window_key
        for update of b
    ), ended as (
        insert into rules.limit_posting
            (posting_id, fund, person_id, limit_id, window_key, source, kind, amount, fact_on, decision_id, at)
        select gen_random_uuid(), fund, person_id, limit_id, window_key, source, cast(:kind as text), amount, fact_on,
            decision_id, cast(:at as timestamptz)
        from held
        on conflict do nothing
        returning person_id, limit_id, window_key, source, amount
    )
    update rules.limit_balance b
    set reserved = b.reserved - ended.amount,
        consumed = b.consumed + case when cast(:kind as text) = 'consume' then ended.amount else 0 end,
        uses = case when cast(:kind as text) = 'release' then b.uses - ended.source else b.uses end
    from ended
    where (b.person_id, b.limit_id, b.window_key) = (ended.person_id, ended.limit_id, ended.window_key)
    """
)

_BALANCES = select(_B.limit_id, _B.window_key, _B.consumed, _B.reserved, _B.uses).where(
    _B.person_id == bindparam("person_id"), _B.limit_id.in_(bindparam("limit_ids", expanding=True))
)


class PostgresLimitLedger:
    """The limits of the persons of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def lock(self, person_id: UUID, keys: Sequence[LimitKey]) -> dict[tuple[str, str], Balance]:
        """Make the rows that lack, lock all in one order, return the balances."""
        values = {"fund": self._fund, "person_id": person_id, "keys": [key._asdict() for key in keys]}
        return _balances(await self._conn.execute(_LOCK, values))

    async def balances(self, person_id: UUID, limit_ids: Sequence[str]) -> dict[tuple[str, str], Balance]:
        """Return the balances of these limits, without a lock."""
        values = {"person_id": person_id, "limit_ids": list(limit_ids)}
        return _balances(await self._conn.execute(_BALANCES, values))

    async def settle(self, source: str, kind: SettlementKind) -> int:
        """Consume or release what a source reserved; return how many windows changed."""
        values = {"source": source, "kind": kind, "at": self._now}
        return (await self._conn.execute(_SETTLE, values)).rowcount


def _balances(rows: Iterable[Row[Any]]) -> dict[tuple[str, str], Balance]:
    return {
        (row.limit_id, row.window_key): Balance(
            row.consumed,
            row.reserved,
            tuple(sorted(Use(date.fromisoformat(on), amount) for on, amount in row.uses.values())),
        )
        for row in rows
    }
