"""The limits ledger compared with the decisions and with itself; each comparison is one statement."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.ids import new_id
from rules_svc.adapters.decision_store import TAKEN
from rules_svc.adapters.replay import decided_anew
from rules_svc.domain.events import LedgerReconciled
from rules_svc.domain.plan import Plan
from rules_svc.domain.reconciliation import DecidedTotal, LedgerDifference, ReconciledSpan, differing_postings

_RESULT = TypeAdapter(LedgerReconciled)
# Rows that the server hands over at once: what is in memory is no more than these.
_AT_ONCE = 200
_MONTH = """
    d.fund = :fund and d.decided_at >= (cast(:first as date)::timestamp at time zone 'Europe/Rome')
        and d.decided_at < (cast(:through as date)::timestamp at time zone 'Europe/Rome')
"""
_HASHES = text(f"select distinct d.plan_hash from rules.decision d where d.plan_hash <> '' and {_MONTH}")  # noqa: S608 (constants)
_DECISIONS = text(
    f"""
    select d.decision_id, d.kind, d.plan_hash, d.inputs, d.limits_before, d.payable_cents, {TAKEN} as postings
    from rules.decision d where {_MONTH}
    """  # noqa: S608 (constants)
)
_TOTALS = text(
    f"""
    select d.kind, (d.decided_at at time zone 'Europe/Rome')::date as "on", count(*) as decisions,
        sum(d.payable_cents)::bigint as payable_cents
    from rules.decision d where d.outcome = 'pay' and {_MONTH}
    group by 1, 2 order by 1, 2
    """  # noqa: S608 (constants)
)
# What ends a posting has the amount of what it ends; and what was posted has the decision or the import that posted it.
_ENDS = """
    select 'end_of_posting' as name, concat_ws('/', p.decision_id, p.limit_id, p.window_key, p.kind) as id,
        begun.amount as expected, p.amount as actual
    from rules.limit_posting p
    left join rules.limit_posting begun
        on (begun.source, begun.decision_id, begun.person_id, begun.limit_id, begun.window_key)
            = (p.source, p.decision_id, p.person_id, p.limit_id, p.window_key)
        and begun.kind = case p.kind when 'reverse' then 'consume' else 'reserve' end
    where p.fund = :fund and (p.kind in ('release', 'reverse') or (p.kind = 'consume' and p.source like 'booking:%'))
        and begun.amount is distinct from p.amount
    union all
    select 'posting_without_cause', p.posting_id::text, null, p.amount
    from rules.limit_posting p
    left join rules.decision d using (decision_id)
    left join rules.opening_import i on i.import_id = p.decision_id
    where p.fund = :fund and d.decision_id is null and i.import_id is null
"""
# A reservation that is consumed is no longer reserved; only a booking reserves before it consumes.
_BALANCES = """
    select b.name, concat_ws('/', person_id, limit_id, window_key) as id, b.expected, b.actual
    from (
        select person_id, limit_id, window_key,
            coalesce(sum(amount) filter (where kind in ('consume', 'opening')), 0)
                - coalesce(sum(amount) filter (where kind = 'reverse'), 0) as consumed,
            coalesce(sum(amount) filter (where kind = 'reserve'), 0)
                - coalesce(sum(amount) filter (where kind = 'release'
                    or (kind = 'consume' and source like 'booking:%')), 0) as reserved
        from rules.limit_posting where fund = :fund group by person_id, limit_id, window_key
    ) posted
    full join (
        select person_id, limit_id, window_key, consumed, reserved,
            case when rolling_months > 0
                then (select coalesce(sum((one.value ->> 1)::bigint), 0) from jsonb_each(uses) one) end as used
        from rules.limit_balance where fund = :fund
    ) kept using (person_id, limit_id, window_key)
    cross join lateral (values
        ('balance_consumed', coalesce(posted.consumed, 0)::bigint, kept.consumed),
        ('balance_reserved', coalesce(posted.reserved, 0)::bigint, kept.reserved),
        ('balance_uses', (posted.consumed + posted.reserved)::bigint, coalesce(kept.used, posted.consumed
            + posted.reserved)::bigint)
    ) b (name, expected, actual)
    where b.expected is distinct from b.actual
"""
_ITSELF = text(f"select * from ({_ENDS} union all {_BALANCES}) found order by 1, 2")  # noqa: S608 (constants)
_SIZE = text(
    """
    select (select count(*) from rules.limit_posting where fund = :fund) as postings,
        (select count(*) from rules.limit_balance where fund = :fund) as balances
    """
)
_FUNDS_WITHOUT = text(
    """
    select distinct fund from rules.plan_version p
    where not exists (
        select from rules.ledger_reconciliation r
        where r.fund = p.fund and r.month = :month and (r.reconciled_at is null or r.through_on > :last))
    order by fund
    """
)
_ASK = text(
    """
    insert into rules.ledger_reconciliation (reconciliation_id, fund, month, requested_by, requested_at)
    values (:reconciliation_id, :fund, :month, :requested_by, :at) on conflict do nothing
    """
)
_WAITING = text("select distinct fund from rules.ledger_reconciliation where reconciled_at is null order by fund")
_TAKE = text(
    """
    select reconciliation_id, month from rules.ledger_reconciliation
    where fund = :fund and reconciled_at is null order by requested_at limit 1 for update skip locked
    """
)
_FINISH = text(
    """
    update rules.ledger_reconciliation set through_on = :through_on, reconciled_at = :at, result = :result
    where reconciliation_id = :reconciliation_id
    """
).bindparams(bindparam("result", type_=JSONB))
_NEWEST = text(
    """
    select requested_by, requested_at, result from rules.ledger_reconciliation
    where fund = :fund and month = :month order by requested_at desc, reconciliation_id desc limit 1
    """
)


class PostgresLedgerAudit:
    """The reconciliations of one fund; the worker asks for those of all."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def funds_without(self, month: date, last_day: date) -> list[str]:
        """Return the funds with a plan whose month was neither reconciled to its last day nor is about to be."""
        return list((await self._conn.execute(_FUNDS_WITHOUT, {"month": month, "last": last_day})).scalars())

    async def funds_waiting(self) -> list[str]:
        """Return the funds for which a reconciliation was asked."""
        return list((await self._conn.execute(_WAITING)).scalars())

    async def ask(self, month: date, *, requested_by: str) -> None:
        """Ask for a month's reconciliation; one that was asked for and is not made yet stands for this one."""
        row = {"reconciliation_id": new_id(), "month": month, "requested_by": requested_by, "at": self._now}
        await self._conn.execute(_ASK, row | {"fund": self._fund})

    async def take(self) -> tuple[UUID, date] | None:
        """Lock the oldest that waits, with its month, until the transaction ends."""
        row = (await self._conn.execute(_TAKE, {"fund": self._fund})).one_or_none()
        return None if row is None else (row.reconciliation_id, row.month)

    async def finish(self, reconciliation_id: UUID, done: LedgerReconciled) -> None:
        """Keep what was found."""
        result = _RESULT.dump_python(done, mode="json")
        row = {"reconciliation_id": reconciliation_id, "at": self._now, "result": result}
        await self._conn.execute(_FINISH, row | {"through_on": done.through_on})

    async def newest(self, month: date) -> Mapping[str, Any] | None:
        """Return the last one that was asked for, its result None until it is made."""
        row = (await self._conn.execute(_NEWEST, {"fund": self._fund, "month": month})).mappings().one_or_none()
        return None if row is None else dict(row)

    async def plan_hashes(self, span: ReconciledSpan) -> Sequence[str]:
        """Return the hashes of the plans by which was decided."""
        return list((await self._conn.execute(_HASHES, self._span(span))).scalars())

    async def decisions(
        self, span: ReconciledSpan, plans: Mapping[str, Plan]
    ) -> AsyncIterator[Sequence[LedgerDifference]]:
        """Decide every decision anew and compare it with what was posted for it; one item a decision."""
        rows = await self._conn.stream(_DECISIONS, self._span(span), execution_options={"yield_per": _AT_ONCE})
        async for row in rows.mappings():
            yield _compared(dict(row), plans)

    async def itself(self) -> AsyncIterator[LedgerDifference]:
        """Compare ends with beginnings and balances with sums, over the whole ledger."""
        rows = await self._conn.stream(_ITSELF, {"fund": self._fund}, execution_options={"yield_per": _AT_ONCE})
        async for row in rows:
            yield LedgerDifference(*row)

    async def size(self) -> tuple[int, int]:
        """Return how many postings and balances there are."""
        row = (await self._conn.execute(_SIZE, {"fund": self._fund})).one()
        return row.postings, row.balances

    async def totals(self, span: ReconciledSpan) -> list[DecidedTotal]:
        """Return what was decided payable, by kind and day."""
        return [DecidedTotal(*row) for row in await self._conn.execute(_TOTALS, self._span(span))]

    def _span(self, span: ReconciledSpan) -> dict[str, Any]:
        return {"fund": self._fund, "first": span.month, "through": span.through_on}


def _compared(row: Mapping[str, Any], plans: Mapping[str, Plan]) -> Sequence[LedgerDifference]:
    decision_id, paid = str(row["decision_id"]), row["payable_cents"]
    try:
        anew = decided_anew(row, plans.get(row["plan_hash"]))
    except (ValidationError, KeyError, TypeError, ValueError):
        # What the row keeps can no longer be read: that is a finding, not a reason to stop.
        return [LedgerDifference("decided_anew", decision_id, None, paid)]
    found = []
    if anew.payable_cents != paid:
        found.append(LedgerDifference("decided_anew", decision_id, anew.payable_cents, paid))
    expected = {(one.limit_id, one.window_key): one.amount for one in anew.postings}
    actual = {(limit_id, window): amount for limit_id, window, amount in row["postings"]}
    return [*found, *differing_postings(decision_id, expected, actual)]
