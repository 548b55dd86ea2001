"""The ledger in PostgreSQL: append-only, written by sets, balanced again by the database at commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.domain.ledger import EntryKind
from payout_svc.domain.payout_run import PayoutRun

_POST_RUN = text("""
    with entry as (
      insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
      select fund, 'payout_executed', payout_id, :booked_on, :posted_at
      from payouts.payout where run_id = :run_id order by line
      returning transaction_id, source_id
    )
    insert into payouts.posting (transaction_id, line, fund, account, party_id, amount_cents)
    select entry.transaction_id, side.line, payout.fund, side.account, side.party_id, side.amount_cents
    from entry join payouts.payout on payout.payout_id = entry.source_id
    cross join lateral (values
      (1, 'payable:' || payout.payee_kind, payout.payee_id, payout.amount_cents),
      (2, 'bank:clearing', cast(null as uuid), -payout.amount_cents)
    ) side (line, account, party_id, amount_cents)
""")
_POST_SETTLED = text("""
    with entry as (
      insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
      select fund, 'payout_settled', payout_id, :booked_on, :posted_at
      from payouts.payout where payout_id = any(:payout_ids) order by payout_id
      returning transaction_id, source_id
    )
    insert into payouts.posting (transaction_id, line, fund, account, amount_cents)
    select entry.transaction_id, side.line, payout.fund, side.account, side.amount_cents
    from entry join payouts.payout on payout.payout_id = entry.source_id
    cross join lateral (values
      (1, 'bank:clearing', payout.amount_cents), (2, 'bank:account', -payout.amount_cents)
    ) side (line, account, amount_cents)
""")
_REVERSE = text("""
    with entry as (
      insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at, reverses)
      select fund, :reversal, source_id, :booked_on, :posted_at, transaction_id
      from payouts.ledger_transaction
      where fund = :fund and kind = :kind and source_id = any(:payout_ids) order by transaction_id
      returning transaction_id, reverses
    )
    insert into payouts.posting (transaction_id, line, fund, account, party_id, amount_cents)
    select entry.transaction_id, posting.line, posting.fund, posting.account, posting.party_id, -posting.amount_cents
    from entry join payouts.posting on posting.transaction_id = entry.reverses
""")
_CHECK = text("""
    select coalesce(sum(amount_cents), 0) as sum_cents, count(distinct transaction_id) as transactions
    from payouts.posting where fund = :fund
""")
_UNBALANCED = text("""
    select transaction_id from payouts.posting where fund = :fund
    group by transaction_id having sum(amount_cents) <> 0 order by transaction_id limit 100
""")
# What the ledger owes to each payee must be what its open payables say.
_DIFFERENT_PARTIES = text("""
    select party_id from (
      select party_id, -sum(amount_cents) as amount_cents
      from payouts.posting where fund = :fund and party_id is not null group by party_id
    ) owed
    full join (
      select payee_id as party_id, sum(amount_cents) as amount_cents
      from payouts.open_payable where fund = :fund group by payee_id
    ) open using (party_id)
    where coalesce(owed.amount_cents, 0) <> coalesce(open.amount_cents, 0)
    order by party_id limit 100
""")


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """The ledger's own proof: the sum of all postings, and what does not fit."""

    sum_cents: int
    transactions: int
    unbalanced: Sequence[int]
    differing_payees: Sequence[UUID]

    @property
    def balanced(self) -> bool:
        """Say whether everything fits."""
        return self.sum_cents == 0 and not self.unbalanced and not self.differing_payees


class PostgresLedgerStore:
    """The ledger of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def post_run(self, run: PayoutRun, *, booked_on: date) -> None:
        row = {"run_id": run.run_id, "booked_on": booked_on, "posted_at": self._now}
        await self._conn.execute(_POST_RUN, row)

    async def post_settled(self, payout_ids: Sequence[UUID], *, booked_on: date) -> None:
        row = {"payout_ids": list(payout_ids), "booked_on": booked_on, "posted_at": self._now}
        await self._conn.execute(_POST_SETTLED, row)

    async def reverse(
        self, payout_ids: Sequence[UUID], *, kind: EntryKind, reversal: EntryKind, booked_on: date
    ) -> None:
        row = {
            "fund": self._fund,
            "payout_ids": list(payout_ids),
            "kind": kind,
            "reversal": reversal,
            "booked_on": booked_on,
            "posted_at": self._now,
        }
        await self._conn.execute(_REVERSE, row)

    async def check(self) -> BalanceCheck:
        """Add the ledger up again from its postings."""
        totals = (await self._conn.execute(_CHECK, {"fund": self._fund})).one()
        unbalanced = (await self._conn.execute(_UNBALANCED, {"fund": self._fund})).scalars().all()
        differing = (await self._conn.execute(_DIFFERENT_PARTIES, {"fund": self._fund})).scalars().all()
        return BalanceCheck(int(totals.sum_cents), totals.transactions, unbalanced, differing)
