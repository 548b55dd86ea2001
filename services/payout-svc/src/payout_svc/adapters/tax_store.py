"""Communications to the tax authority in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.tax_tables import tax_communication, tax_communication_line
from payout_svc.domain.errors import TaxCommunicationNotFound
from payout_svc.domain.tax_communication import TaxCommunication, TaxLine, TaxYear

# By the day on which the bank booked the transfer; until it says so, the day for which it was ordered.
_PAID = """
    select payable.amount_cents, fact.person_id
    from payouts.payout
    join payouts.payout_payable item using (payout_id)
    join payouts.payable using (payable_id)
    left join payouts.ledger_transaction booked
      on booked.fund = payout.fund and booked.source_id = payout.payout_id and booked.kind = 'payout_settled'
    left join payouts.settlement fact
      on fact.fund = payable.fund and fact.source_kind = payable.source_kind and fact.source_id = payable.source_id
    where payout.fund = :fund and payout.payee_kind = 'member' and payout.state in ('sent', 'accepted', 'settled')
      and coalesce(booked.booked_on, payout.execution_on) >= :first_day
      and coalesce(booked.booked_on, payout.execution_on) < :next_day
"""
_TOLD = """
    select distinct on (person_id) * from payouts.tax_communication_line
    where fund = :fund and year = :year order by person_id, number desc
"""
_LINES = text(f"""
    with paid as ({_PAID}),
    present as (
      select person.person_id, person.fiscal_code, person.name, person.member_id,
             sum(paid.amount_cents)::bigint as amount_cents
      from paid join payouts.person on person.fund = :fund and person.person_id = paid.person_id
      group by person.fund, person.person_id
    ),
    told as ({_TOLD})
    select person_id, coalesce(present.fiscal_code, told.fiscal_code) as fiscal_code,
           coalesce(present.name, told.name) as name, coalesce(present.member_id, told.member_id) as member_id,
           coalesce(present.amount_cents, 0) as amount_cents, coalesce(told.amount_cents, 0) as previous_cents
    from present full join told using (person_id)
    where coalesce(present.amount_cents, 0) <> coalesce(told.amount_cents, 0)
    order by fiscal_code, person_id
""")  # noqa: S608 (constants)
_TOTALS = text(f"""
    select count(distinct person.person_id) as persons,
           coalesce(sum(paid.amount_cents) filter (where person.person_id is not null), 0)::bigint as amount_cents,
           coalesce(sum(paid.amount_cents) filter (where person.person_id is null), 0)::bigint as unassigned_cents
    from ({_PAID}) paid left join payouts.person on person.fund = :fund and person.person_id = paid.person_id
""")  # noqa: S608 (constants)
# The same money from the ledger alone: executed, not reversed.
_LEDGER = text("""
    select coalesce(sum(posting.amount_cents), 0)::bigint
    from payouts.ledger_transaction executed
    join payouts.posting on posting.transaction_id = executed.transaction_id and posting.account = 'payable:member'
    join payouts.payout on payout.payout_id = executed.source_id
    left join payouts.ledger_transaction booked
      on booked.fund = executed.fund and booked.source_id = executed.source_id and booked.kind = 'payout_settled'
    where executed.fund = :fund and executed.kind = 'payout_executed'
      and coalesce(booked.booked_on, payout.execution_on) >= :first_day
      and coalesce(booked.booked_on, payout.execution_on) < :next_day
      and not exists (
        select from payouts.ledger_transaction reversal where reversal.reverses = executed.transaction_id)
""")


class PostgresTaxStore:
    """The communications of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def year(self, year: int, *, today: date) -> TaxYear:
        days: dict[str, Any] = {
            "fund": self._fund,
            "first_day": date(year, 1, 1),
            "next_day": min(date(year + 1, 1, 1), today),
        }
        totals = (await self._conn.execute(_TOTALS, days)).mappings().one()
        ledger_cents = (await self._conn.execute(_LEDGER, days)).scalar_one()
        lines = (await self._conn.execute(_LINES, days | {"year": year})).mappings()
        return TaxYear(**totals, ledger_cents=ledger_cents, changed=[TaxLine(**line) for line in lines])

    async def last(self, year: int) -> TaxCommunication | None:
        try:
            return await self.get(year, None)
        except TaxCommunicationNotFound:
            return None

    async def get(self, year: int, number: int | None) -> TaxCommunication:
        """Return a communication, the last one when no number is given.

        Raises: TaxCommunicationNotFound.
        """
        table = tax_communication
        query = select(table).where(table.c.fund == self._fund, table.c.year == year)
        if number is not None:
            query = query.where(table.c.number == number)
        row = (await self._conn.execute(query.order_by(table.c.number.desc()).limit(1))).mappings().one_or_none()
        if row is None:
            raise TaxCommunicationNotFound("no such communication of this year has been made")
        return TaxCommunication(**{name: row[name] for name in TaxCommunication.__dataclass_fields__})

    async def add(self, made: TaxCommunication, lines: Sequence[TaxLine]) -> None:
        await self._conn.execute(insert(tax_communication), asdict(made) | {"fund": self._fund})
        key = {"fund": self._fund, "year": made.year, "number": made.number}
        if lines:
            await self._conn.execute(insert(tax_communication_line), [asdict(line) | key for line in lines])

    async def lines(
        self, made: TaxCommunication, *, after: UUID | None = None, limit: int | None = None
    ) -> Sequence[TaxLine]:
        """Return the lines of a communication by person."""
        table = tax_communication_line
        query = select(table).where(
            table.c.fund == self._fund, table.c.year == made.year, table.c.number == made.number
        )
        if after is not None:
            query = query.where(table.c.person_id > after)
        rows = await self._conn.execute(query.order_by(table.c.person_id).limit(limit))
        return [TaxLine(**{name: row[name] for name in TaxLine.__dataclass_fields__}) for row in rows.mappings()]
