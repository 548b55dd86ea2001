"""What was paid out, from PostgreSQL; each statement is two reads."""

from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.line_statements import INVOICE_NUMBER, LINE_CODE, LINE_KIND
from payout_svc.domain.errors import PayeeNotFound
from payout_svc.domain.paid_statement import (
    FacilityStatement,
    LineKind,
    PaidExpense,
    PaidInvoice,
    ReimbursementStatement,
    by_person,
)
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.run_month import RunMonth

_NAME = text("""
    select coalesce(name, holder, '') from payouts.payee
    where fund = :fund and payee_kind = :payee_kind and payee_id = :payee_id
""")
# The day on which the bank booked the transfer; until it says so, the day for which the transfer was ordered.
_PAID = """
    from payouts.payout
    join payouts.payout_payable item using (payout_id)
    join payouts.payable using (payable_id)
    left join payouts.ledger_transaction booked
      on booked.fund = payout.fund and booked.source_id = payout.payout_id and booked.kind = 'payout_settled'
    cross join lateral (select coalesce(booked.booked_on, payout.execution_on) as paid_on) day
"""
_EXPENSES = text(f"""
    select coalesce(payable.claim_id, payable.source_id) as claim_id, fact.person_id, person.name as person_name,
           person.fiscal_code, payable.reference as case_number, payable.article, payable.due_on as settled_on,
           fact.requested_cents, payable.amount_cents, day.paid_on
    {_PAID}
    left join payouts.settlement fact
      on fact.fund = payable.fund and fact.source_kind = payable.source_kind and fact.source_id = payable.source_id
    left join payouts.person on person.fund = payable.fund and person.person_id = fact.person_id
    where payout.fund = :fund and payout.payee_kind = 'member' and payout.payee_id = :payee_id
      and payout.state in ('sent', 'accepted', 'settled')
      and day.paid_on >= :first_day and day.paid_on < :next_day and day.paid_on <= :today
    order by person.name nulls last, fact.person_id nulls last, day.paid_on, payable.payable_id
""")
_INVOICES = text(f"""
    select {LINE_KIND} as kind, coalesce(payable.booking_id, payable.source_id) as booking_id, {LINE_CODE} as code,
           coalesce({INVOICE_NUMBER}, payable.reference) as invoice_number, payable.due_on as closed_on,
           payable.amount_cents, day.paid_on
    {_PAID}
    join payouts.payout_run run on run.run_id = payout.run_id
    where payout.fund = :fund and payout.payee_kind = 'facility' and payout.payee_id = :payee_id
      and payout.state in ('sent', 'accepted', 'settled') and run.month = :first_day
      and (cast(:payout_id as uuid) is null or payout.payout_id = :payout_id)
    order by day.paid_on, payable.due_on, payable.payable_id
""")


class PostgresPaidStatementStore:
    """The statements of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def _name(self, kind: PayeeKind, payee_id: UUID) -> str:
        row = {"fund": self._fund, "payee_kind": kind, "payee_id": payee_id}
        name = (await self._conn.execute(_NAME, row)).scalar()
        if name is None:
            raise PayeeNotFound("nobody with this id is paid by the fund")
        return str(name)

    async def reimbursements(self, member_id: UUID, *, year: int, today: date) -> ReimbursementStatement:
        """Return what a member was paid in a year.

        Raises: PayeeNotFound.
        """
        name = await self._name(PayeeKind.MEMBER, member_id)
        row = {
            "fund": self._fund,
            "payee_id": member_id,
            "first_day": date(year, 1, 1),
            "next_day": date(year + 1, 1, 1),
            "today": today,
        }
        found = (await self._conn.execute(_EXPENSES, row)).mappings()
        return ReimbursementStatement(year, member_id, name, by_person([PaidExpense(**one) for one in found]))

    async def invoices(self, facility_id: UUID, *, month: RunMonth, payout_id: UUID | None) -> FacilityStatement:
        """Return what a facility is paid by the runs of a month, or by one transfer of them.

        Raises: PayeeNotFound.
        """
        name = await self._name(PayeeKind.FACILITY, facility_id)
        row = {"fund": self._fund, "payee_id": facility_id, "first_day": month.first_day, "payout_id": payout_id}
        found = (await self._conn.execute(_INVOICES, row)).mappings()
        return FacilityStatement(str(month), facility_id, name, [_invoice(one) for one in found])


def _invoice(row: RowMapping) -> PaidInvoice:
    return PaidInvoice(**{**row, "kind": LineKind(row["kind"])})
