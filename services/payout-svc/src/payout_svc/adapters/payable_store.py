"""Payables in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from kit.transaction import Transaction
from payout_svc.domain.ledger import LedgerEntry
from payout_svc.domain.payable import Payable
from payout_svc.domain.payout_run import PayoutRun
from payout_svc.domain.withholding import Withheld

# The ledger's entry goes with its payable: the source that has one already gets neither.
_OPEN = """
    with recorded as (
      insert into payouts.payable (payable_id, fund, payee_kind, payee_id, source_kind, source_id, reference, article,
                                   amount_cents, due_on, claim_id, gross_of_withholding, withheld_cents, recorded_at,
                                   booking_id, code, imported)
      select payable_id, fund, payee_kind, payee_id, source_kind, source_id, reference, article, amount_cents, due_on,
             claim_id, gross_of_withholding, withheld_cents, recorded_at, booking_id, code, imported
      from jsonb_populate_recordset(null::payouts.payable, $1)
      on conflict on constraint payable_source do nothing
      returning *
    ),
    opened as (
      insert into payouts.open_payable (payable_id, fund, payee_kind, payee_id, amount_cents, due_on, claim_id, attempt)
      select payable_id, fund, payee_kind, payee_id, amount_cents, due_on,
             case source_kind when 'claim' then source_id else claim_id end, 0
      from recorded where amount_cents <> 0
    ),
    booked as materialized (
      select recorded.fund, recorded.source_id, recorded.recorded_at, given.kind, given.booked_on, given.postings
      from jsonb_to_recordset($1) as given (payable_id uuid, kind text, booked_on date, postings jsonb)
      join recorded using (payable_id)
    ),
    entry as (
      insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
      select fund, kind, source_id, booked_on, recorded_at from booked
      on conflict on constraint ledger_transaction_source do nothing
      returning transaction_id, fund, kind, source_id
    )
    insert into payouts.posting (transaction_id, line, fund, account, party_id, amount_cents)
    select entry.transaction_id, side.line, entry.fund, side.account, side.party_id, side.amount_cents
    from entry
    join booked using (fund, kind, source_id)
    cross join lateral rows from (
      jsonb_to_recordset(booked.postings) as (account text, party_id uuid, amount_cents bigint)
    ) with ordinality as side (account, party_id, amount_cents, line)
"""
_WITHHELD = text("""
    select coalesce(sum(amount_cents + withheld_cents), 0)::bigint as gross_cents,
           coalesce(sum(withheld_cents), 0)::bigint as withheld_cents, min(due_on) as since
    from (
      select amount_cents, withheld_cents, due_on from payouts.payable
      where fund = :fund and source_kind = 'claim' and source_id = :claim_id
      union all
      select amount_cents, withheld_cents, due_on from payouts.payable
      where fund = :fund and source_kind = 'claim_correction' and claim_id = :claim_id
    ) settled
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
    """The payables of one fund; those that a batch of events opens are written together."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._conn = tx.conn
        self._fund = tx.fund

    def open(self, payable: Payable, entry: LedgerEntry, *, recorded_at: datetime) -> None:
        booked = {
            "kind": entry.kind,
            "booked_on": entry.booked_on,
            "postings": [asdict(posting) for posting in entry.postings],
        }
        self._tx.gather(_OPEN, asdict(payable) | booked | {"fund": self._fund, "recorded_at": recorded_at})

    async def withheld_of(self, claim_id: UUID) -> Withheld:
        row = (await self._conn.execute(_WITHHELD, {"fund": self._fund, "claim_id": claim_id})).one()
        return Withheld(row.gross_cents, row.withheld_cents, row.since)

    async def claim_for_run(self, run: PayoutRun) -> bool:
        different = await self._conn.execute(_CLAIM, {"run_id": run.run_id, "cutoff_on": run.cutoff_on})
        return bool(different.scalar_one() == 0)

    async def reopen(self, payout_ids: Sequence[UUID]) -> None:
        await self._conn.execute(_REOPEN, {"payout_ids": list(payout_ids)})
