"""Payables in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.domain.payable import Payable
from payout_svc.domain.payout_run import PayoutRun

_OPEN = text("""
    insert into payouts.payable (payable_id, fund, payee_kind, payee_id, source_kind, source_id, reference, article,
                                 amount_cents, due_on, recorded_at)
    values (:payable_id, :fund, :payee_kind, :payee_id, :source_kind, :source_id, :reference, :article,
            :amount_cents, :due_on, :recorded_at)
    on conflict on constraint payable_source do nothing
    returning payable_id
""")
_CLAIM = text("""
    with claimed as (
      update payouts.payable set payout_id = payout.payout_id
      from payouts.payout
      where payout.run_id = :run_id and payable.fund = payout.fund and payable.payee_kind = payout.payee_kind
        and payable.payee_id = payout.payee_id and payable.payout_id is null and payable.due_on <= :cutoff_on
      returning payable.payable_id, payable.payout_id, payable.fund, payable.attempt
    )
    insert into payouts.payout_payable (payout_id, payable_id, fund, attempt)
    select payout_id, payable_id, fund, attempt from claimed
""")
_DIFFERENT_SUMS = text("""
    select count(*)
    from payouts.payout
    left join (
      select item.payout_id, sum(payable.amount_cents) as amount_cents, count(*) as payables
      from payouts.payout paid
      join payouts.payout_payable item on item.payout_id = paid.payout_id
      join payouts.payable on payable.payable_id = item.payable_id
      where paid.run_id = :run_id
      group by item.payout_id
    ) claimed using (payout_id)
    where payout.run_id = :run_id
      and (claimed.amount_cents, claimed.payables) is distinct from (payout.amount_cents, payout.payables)
""")
_REOPEN = text("""
    update payouts.payable set payout_id = null, attempt = attempt + 1
    where payable_id in (select payable_id from payouts.payout_payable where payout_id = any(:payout_ids))
      and payout_id = any(:payout_ids)
""")


class PostgresPayableStore:
    """The payables of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def open(self, payable: Payable, *, recorded_at: datetime) -> bool:
        row = asdict(payable) | {"fund": self._fund, "recorded_at": recorded_at}
        return (await self._conn.execute(_OPEN, row)).scalar() is not None

    async def claim_for_run(self, run: PayoutRun) -> bool:
        await self._conn.execute(_CLAIM, {"run_id": run.run_id, "cutoff_on": run.cutoff_on})
        different = await self._conn.execute(_DIFFERENT_SUMS, {"run_id": run.run_id})
        return bool(different.scalar_one() == 0)

    async def reopen(self, payout_ids: Sequence[UUID]) -> None:
        await self._conn.execute(_REOPEN, {"payout_ids": list(payout_ids)})
