"""The keyset lists of payables, payouts and statements; each is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_PAYABLES = """
    select payable.payable_id, payable.payee_kind, payable.payee_id, payable.source_kind, payable.source_id,
           payable.reference, payable.claim_id, payable.article, payable.amount_cents, payable.due_on,
           payable.gross_of_withholding, payable.withheld_cents,
           case when open.payable_id is null then latest.payout_id end as payout_id,
           case when open.payable_id is null then latest.state else 'open' end as state
    from payouts.payable
    left join payouts.open_payable open using (payable_id)
    left join lateral (
      select payout.payout_id, payout.state
      from payouts.payout_payable item join payouts.payout using (payout_id)
      where item.payable_id = payable.payable_id order by item.attempt desc limit 1
    ) latest on true
    where payable.fund = :fund {filters}
    order by payable.payable_id limit :limit
"""
_PAYOUTS = """
    select payout.payout_id, payout.run_id, payout.payee_kind, payout.payee_id, payout.amount_cents,
           right(payout.iban, 4) as iban_last4, payout.execution_on, payout.state, payout.reason_code,
           run.month, items.items
    from payouts.payout
    join payouts.payout_run run on run.run_id = payout.run_id
    cross join lateral (
      select jsonb_agg(jsonb_build_object('source', payable.source_kind, 'source_id', payable.source_id,
               'reference', payable.reference, 'amount_cents', payable.amount_cents)
               order by payable.payable_id) as items
      from payouts.payout_payable item join payouts.payable using (payable_id)
      where item.payout_id = payout.payout_id
    ) items
    where payout.fund = :fund {filters}
    order by payout.execution_on desc, payout.payout_id desc limit :limit
"""


@dataclass(frozen=True, slots=True)
class PayableFilter:
    """What a list of payables is narrowed to."""

    payee_kind: str | None = None
    payee_id: UUID | None = None
    state: str | None = None

    def sql(self) -> str:
        """Return the conditions; an open payable is one that no payout has."""
        parts = []
        if self.payee_kind is not None:
            parts.append("payable.payee_kind = :payee_kind")
        if self.payee_id is not None:
            parts.append("payable.payee_id = :payee_id")
        if self.state == "open":
            parts.append("open.payable_id is not null")
        elif self.state is not None:
            parts.append("open.payable_id is null and latest.state = :state")
        return "".join(f" and {part}" for part in parts)


class PostgresReadStore:
    """The lists of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def payables(self, wanted: PayableFilter, *, after: UUID | None, limit: int) -> Sequence[dict[str, Any]]:
        """Return payables in the order of their making."""
        filters = wanted.sql() + (" and payable.payable_id > :after" if after else "")
        row = {
            "fund": self._fund,
            "payee_kind": wanted.payee_kind,
            "payee_id": wanted.payee_id,
            "state": wanted.state,
            "after": after,
            "limit": limit,
        }
        return await self._rows(_PAYABLES.format(filters=filters), row)

    async def payouts(
        self,
        *,
        payee_kind: str | None,
        payee_id: UUID | None,
        month: date | None,
        before: tuple[date, UUID] | None,
        limit: int,
    ) -> Sequence[dict[str, Any]]:
        """Return payouts that were sent, newest first."""
        conditions = {
            "payout.payee_kind = :payee_kind": payee_kind,
            "payout.payee_id = :payee_id": payee_id,
            "run.month = :month": month,
            "(payout.execution_on, payout.payout_id) < (:day, :payout_id)": before,
        }
        wanted = [sql for sql, value in conditions.items() if value is not None]
        filters = "".join(f" and {sql}" for sql in ["payout.state <> 'ready'", *wanted])
        day, payout_id = before or (None, None)
        row = {
            "fund": self._fund,
            "payee_kind": payee_kind,
            "payee_id": payee_id,
            "month": month,
            "day": day,
            "payout_id": payout_id,
            "limit": limit,
        }
        return await self._rows(_PAYOUTS.format(filters=filters), row)

    async def _rows(self, sql: str, row: dict[str, Any]) -> Sequence[dict[str, Any]]:
        used = {name: value for name, value in row.items() if f":{name}" in sql}
        return [dict(found) for found in (await self._conn.execute(text(sql), used)).mappings()]
