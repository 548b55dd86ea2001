"""The limits of persons: balances that are locked while a decision is made, and their postings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
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

# What a source still takes from the limits: reserved or consumed, and neither released nor reversed since.
_STANDING_POSTINGS = """
    select p.decision_id, p.fund, p.person_id, p.limit_id, p.window_key, max(p.amount) as amount,
        max(p.fact_on) as fact_on, bool_or(p.kind = 'consume') as consumed
    from rules.limit_posting p
    where p.source = cast(:source as text)
    group by p.decision_id, p.fund, p.person_id, p.limit_id, p.window_key
    having not bool_or(p.kind in ('release', 'reverse'))
"""
_STANDING = text(
    f"""
    select s.person_id, s.limit_id, s.window_key, b.ceiling, b.measure, b.rolling_months
    from ({_STANDING_POSTINGS}) s join rules.limit_balance b using (person_id, limit_id, window_key)
    """  # noqa: S608 (a constant of this file)
)
_REVERSE = text(
    f"""
    with taken as ({_STANDING_POSTINGS}
    ), undone as (
        insert into rules.limit_posting
            (posting_id, fund, person_id, limit_id, window_key, source, kind, amount, fact_on, decision_id, at)
        select gen_random_uuid(), fund, person_id, limit_id, window_key, cast(:source as text),
            case when consumed then 'reverse' else 'release' end, amount, fact_on, decision_id,
            cast(:at as timestamptz)
        from taken
        returning person_id, limit_id, window_key, source, kind, amount
    )
    update rules.limit_balance b
    set consumed = b.consumed - case when undone.kind = 'reverse' then undone.amount else 0 end,
        reserved = b.reserved - case when undone.kind = 'release' then undone.amount else 0 end,
        uses = b.uses - undone.source
    from undone
    where (b.person_id, b.limit_id, b.window_key) = (undone.person_id, undone.limit_id, undone.window_key)
    """  # noqa: S608 (a constant of this file)
)

_BALANCES = select(_B.limit_id, _B.window_key, _B.consumed, _B.reserved, _B.uses).where(
    _B.person_id == bindparam("person_id"), _B.limit_id.in_(bindparam("limit_ids", expanding=True))
)


_OF_FAMILY = select(_B.person_id, _B.limit_id, _B.window_key, _B.consumed, _B.reserved, _B.uses).where(
    _B.person_id.in_(bindparam("person_ids", expanding=True)), _B.limit_id.in_(bindparam("limit_ids", expanding=True))
)
_MOVEMENTS = text(
    """
    select p.posting_id, p.kind, p.window_key as window, b.measure, p.amount, p.fact_on, p.decision_id, p.at,
        split_part(p.source, ':', 1) as source_kind, split_part(p.source, ':', 2) as source_id, d.article
    from rules.limit_posting p
    join rules.limit_balance b using (person_id, limit_id, window_key)
    left join rules.decision d using (decision_id)
    where p.person_id = :person_id and p.limit_id = :limit_id
        and (cast(:at as timestamptz) is null or (p.at, p.posting_id) < (cast(:at as timestamptz), :posting_id))
    order by p.at desc, p.posting_id desc
    limit :count
    """
).bindparams(bindparam("posting_id", type_=Uuid()), bindparam("at", type_=DateTime(timezone=True)))


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

    async def family_balances(
        self, person_ids: Sequence[UUID], limit_ids: Sequence[str]
    ) -> dict[UUID, dict[tuple[str, str], Balance]]:
        """Return the balances of several persons, without a lock."""
        rows = list(await self._conn.execute(_OF_FAMILY, {"person_ids": person_ids, "limit_ids": limit_ids}))
        return {one: _balances([row for row in rows if row.person_id == one]) for one in person_ids}

    async def movements(
        self, person_id: UUID, limit_id: str, after: tuple[datetime, UUID] | None, count: int
    ) -> list[Mapping[str, Any]]:
        """Return the postings of a person's limit, the newest first, after a position."""
        at, posting_id = after or (None, None)
        values = {"person_id": person_id, "limit_id": limit_id, "at": at, "posting_id": posting_id, "count": count}
        return [dict(row._mapping) for row in await self._conn.execute(_MOVEMENTS, values)]  # noqa: SLF001 (public API)

    async def settle(self, source: str, kind: SettlementKind) -> int:
        """Consume or release what a source reserved; return how many windows changed."""
        values = {"source": source, "kind": kind, "at": self._now}
        return (await self._conn.execute(_SETTLE, values)).rowcount

    async def standing(self, source: str) -> dict[UUID, list[LimitKey]]:
        """Return the windows that a source still takes from, by person."""
        found: dict[UUID, list[LimitKey]] = {}
        for row in await self._conn.execute(_STANDING, {"source": source}):
            key = LimitKey(row.limit_id, row.window_key, row.ceiling, row.measure, row.rolling_months)
            found.setdefault(row.person_id, []).append(key)
        return found

    async def reverse(self, source: str) -> int:
        """Give back what a source still takes, by postings; return how many windows changed."""
        return (await self._conn.execute(_REVERSE, {"source": source, "at": self._now})).rowcount


def _balances(rows: Iterable[Any]) -> dict[tuple[str, str], Balance]:
    return {
        (row.limit_id, row.window_key): Balance(
            row.consumed,
            row.reserved,
            tuple(sorted(Use(date.fromisoformat(on), amount) for on, amount in row.uses.values())),
        )
        for row in rows
    }
