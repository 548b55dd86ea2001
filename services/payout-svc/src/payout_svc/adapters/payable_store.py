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
    with recorded as (
      insert into payouts.payable (payable_id, fund, payee_kind, payee_id, source_kind, source_id, reference, article,
                                   amount_cents, due_on, claim_id, gross_of_withholding, withheld_cents, recorded_at,
                                   booking_id, code, imported)
      values (:payable_id, :fund, :payee_kind, :payee_id, :source_kind, :source_id, :reference, :article,
              :amount_cents, :due_on, :claim_id, :gross_of_withholding, :withheld_cents, :recorded_at,
              :booking_id, :code, :imported)
      on conflict on constraint payable_source do nothing
      returning *
    )
    insert into payouts.open_payable (payable_id, fund, payee_kind, payee_id, amount_cents, due_on, claim_id, attempt)
    select payable_id, fund, payee_kind, payee_id, amount_cents, due_on,
           case source_kind when 'claim' then source_id else claim_id end, 0
    from recorded
    returning payable_id
""")
# The deleted rows are this transaction's alone: their sums, taken in the same statement, cannot change any more.
_CLAIM = text("""
    with claimed as (
      delete from payouts.open_payable using payouts.payout
      where payout.run_id = :run_id and open_payable.fund = payout.fund
        and open_payable.payee_kind = payout.payee_kind and open_payable.payee_id = payout.payee_id
        and open_payable.due_on <= :cutoff_on
        and not exists (
          select from payouts.claim_check looked_at
          where looked_at.claim_id = open_payable.claim_id
            and looked_at.opened_at is not null and looked_at.closed_at is null
        )
      returning open_payable.payable_id, open_payable.fund, open_payable.attempt, open_payable.amount_cents,
                payout.payout_id
    ),
    linked as (
      insert into payouts.payout_payable (payout_id, payable_id, fund, attempt)
      select payout_id, payable_id, fund, attempt from claimed
    )
    select count(*)
    from payouts.payout
    left join (
      select payout_id, sum(amount_cents) as amount_cents, count(*) as payables from claimed group by payout_id
    ) sums using (payout_id)
    where payout.run_id = :run_id
      and (sums.amount_cents, sums.payables) is distinct from (payout.amount_cents, payout.payables)
""")
_REOPEN = text("""
    insert into payouts.open_payable (payable_id, fund, payee_kind, payee_id, amount_cents, due_on, claim_id, attempt)
    select payable_id, payable.fund, payee_kind, payee_id, amount_cents, due_on,
           case source_kind when 'claim' then source_id else claim_id end, item.attempt + 1
    from payouts.payout_payable item join payouts.payable using (payable_id)
    where item.payout_id = any(:payout_ids)
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
        different = await self._conn.execute(_CLAIM, {"run_id": run.run_id, "cutoff_on": run.cutoff_on})
        return bool(different.scalar_one() == 0)

    async def reopen(self, payout_ids: Sequence[UUID]) -> None:
        await self._conn.execute(_REOPEN, {"payout_ids": list(payout_ids)})
