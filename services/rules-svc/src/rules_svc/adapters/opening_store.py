"""Imports of opening balances: the postings of a whole file, at once."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.tables import OPENING_IMPORT, PERSON
from rules_svc.domain.decision import Balance, Use
from rules_svc.domain.opening import Opening, Standing
from rules_svc.use_cases.office_ports import OpeningImport

_O = OPENING_IMPORT.c
# As the ledger's own lock: rows that lack are made, and all are locked in the one order of persons, limits and windows.
_LOCK = text(
    """
    insert into rules.limit_balance as b (fund, person_id, limit_id, window_key, measure, ceiling, rolling_months)
    select distinct on (k.person_id, k.limit_id, k.window_key) cast(:fund as text), k.person_id, k.limit_id,
        k.window_key, k.measure, k.ceiling, k.rolling_months
    from jsonb_to_recordset(:keys) as k(person_id uuid, limit_id text, window_key text, ceiling bigint, measure text,
        rolling_months int)
    order by k.person_id, k.limit_id, k.window_key
    on conflict (person_id, limit_id, window_key) do update set ceiling = greatest(b.ceiling, excluded.ceiling)
    returning person_id, limit_id, window_key, consumed, reserved, uses
    """
).bindparams(bindparam("keys", type_=JSONB))
_TURN = text("select pg_advisory_xact_lock(hashtextextended(:file, 0))")
_READ = text(
    """
    select b.person_id, b.limit_id, b.window_key, b.consumed, b.reserved, b.uses
    from rules.limit_balance b
    where (b.person_id, b.limit_id, b.window_key) in (
        select k.person_id, k.limit_id, k.window_key
        from jsonb_to_recordset(:keys) as k(person_id uuid, limit_id text, window_key text))
    """
).bindparams(bindparam("keys", type_=JSONB))
_POST = text(
    """
    with given as (
        select * from jsonb_to_recordset(:postings) as
            p(line int, person_id uuid, limit_id text, window_key text, fact_on date, amount bigint)
    ), posted as (
        insert into rules.limit_posting
            (posting_id, fund, person_id, limit_id, window_key, source, kind, amount, fact_on, decision_id, at)
        select gen_random_uuid(), cast(:fund as text), person_id, limit_id, window_key,
            'opening:' || cast(:import_id as text) || ':' || line, 'opening', amount, fact_on,
            cast(:import_id as uuid), cast(:at as timestamptz)
        from given
        returning person_id, limit_id, window_key, source, fact_on, amount
    ), summed as (
        select person_id, limit_id, window_key, sum(amount)::bigint as amount,
            jsonb_object_agg(source, jsonb_build_array(fact_on, amount)) as uses
        from posted group by person_id, limit_id, window_key
    )
    update rules.limit_balance b
    set consumed = b.consumed + s.amount,
        uses = case when b.rolling_months > 0 then b.uses || s.uses else b.uses end
    from summed s
    where (b.person_id, b.limit_id, b.window_key) = (s.person_id, s.limit_id, s.window_key)
    """
).bindparams(bindparam("postings", type_=JSONB))


class PostgresOpeningStore:
    """The opening balances of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def imported(self, sha256: str) -> OpeningImport | None:
        """Return the import of a file that was applied before; who applies the same file now waits for the other."""
        await self._conn.execute(_TURN, {"file": f"opening:{self._fund}:{sha256}"})
        query = select(OPENING_IMPORT).where(_O.fund == self._fund, _O.sha256 == sha256)
        row = (await self._conn.execute(query)).one_or_none()
        return None if row is None else OpeningImport(row.import_id, row.sha256, row.lines, row.imported_by)

    async def known_persons(self, person_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the persons that the fund has."""
        query = select(PERSON.c.person_id).where(PERSON.c.person_id.in_(bindparam("ids", expanding=True)))
        return frozenset((await self._conn.execute(query, {"ids": list(person_ids)})).scalars())

    async def standing(self, openings: Sequence[Opening], *, lock: bool) -> Standing:
        """Return what the windows have taken, locked where they are about to change."""
        keys = [one.key._asdict() | {"person_id": str(one.person_id)} for one in openings]
        if lock:
            rows = await self._conn.execute(_LOCK, {"keys": keys, "fund": self._fund})
        else:
            rows = await self._conn.execute(_READ, {"keys": keys})
        return {
            (row.person_id, row.limit_id, row.window_key): Balance(
                row.consumed,
                row.reserved,
                tuple(sorted(Use(date.fromisoformat(on), amount) for on, amount in row.uses.values())),
            )
            for row in rows
        }

    async def post(self, done: OpeningImport, openings: Sequence[Opening]) -> None:
        """Write the import and all its postings."""
        row = {
            "import_id": done.import_id,
            "fund": self._fund,
            "sha256": done.sha256,
            "lines": done.lines,
            "imported_by": done.imported_by,
            "imported_at": self._now,
        }
        await self._conn.execute(insert(OPENING_IMPORT), row)
        values = {"fund": self._fund, "import_id": str(done.import_id), "at": self._now}
        await self._conn.execute(_POST, values | {"postings": [_posting(one) for one in openings]})


def _posting(one: Opening) -> dict[str, Any]:
    return {
        "line": one.line,
        "person_id": str(one.person_id),
        "limit_id": one.key.limit_id,
        "window_key": one.key.window_key,
        "fact_on": one.on.isoformat(),
        "amount": one.amount,
    }
