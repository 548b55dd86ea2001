"""Payouts in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import child_traceparent
from payout_svc.adapters.line_statements import INVOICE_NUMBER, LINE_CODE, LINE_KIND
from payout_svc.domain.events import PayoutSent
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payout import Payout, PayoutState, Transfer, end_to_end_id
from payout_svc.domain.payout_run import PayoutRun
from payout_svc.use_cases.ports import AnsweredPayout

_CREATE = text("""
    insert into payouts.payout (payout_id, fund, run_id, line, payee_kind, payee_id, name, iban, amount_cents,
                                payables, execution_on, state)
    select payout_id, fund, run_id, line, payee_kind, payee_id, coalesce(name, 'Beneficiario'), iban, amount_cents,
           payables, :execution_on, 'ready'
    from payouts.payout_line where run_id = :run_id and outcome = 'pay' order by line
""")
_TRANSFERS = text("""
    select payout_id, line, payee_kind, name, iban, amount_cents, payables
    from payouts.payout where run_id = :run_id and line > :after_line and line <= :last_line order by line
""")
# A payout with the sources of what it pays, as its events tell them. The limit keeps the planner, which cannot know how
# few rows `moved` has, from reading the whole history of payables for each batch.
_WITH_SOURCES = f"""
    select moved.payout_id, moved.run_id, moved.payee_kind, moved.payee_id, moved.amount_cents, moved.iban,
           moved.execution_on,
           coalesce(paid.claim_ids, '{{}}') as claim_ids, coalesce(paid.booking_ids, '{{}}') as booking_ids,
           coalesce(paid.lines, '[]') as lines
    from moved
    cross join lateral (
      select array_agg(payable.source_id order by payable.payable_id)
               filter (where payable.source_kind = 'claim') as claim_ids,
             array_agg(payable.source_id order by payable.payable_id)
               filter (where payable.source_kind = 'booking') as booking_ids,
             jsonb_agg(jsonb_build_object(
               'kind', {LINE_KIND}, 'source_id', payable.source_id,
               'booking_id', coalesce(payable.booking_id, payable.source_id), 'code', {LINE_CODE},
               'invoice_number', {INVOICE_NUMBER}, 'amount_cents', payable.amount_cents, 'due_on', payable.due_on)
               order by payable.payable_id) filter (where payable.payee_kind = 'facility') as lines
      from (select payable_id from payouts.payout_payable where payout_id = moved.payout_id) item
      cross join lateral (
        select * from payouts.payable where payable.payable_id = item.payable_id limit 1
      ) payable
    ) paid
    order by moved.line
"""  # noqa: S608 (constants)
# The events of a batch are written where they come from: 100,000 rows need not pass through this process. The contract
# test holds them against the event's class.
_ANNOUNCE = text(f"""
    with moved as (
      update payouts.payout set state = 'sent'
      where run_id = :run_id and line > :after_line and line <= :last_line and state = 'ready'
      returning *
    )
    insert into payouts.outbox (id, type, source, subject, time, fund, traceparent, data)
    select gen_random_uuid(), :type, 'payouts', payout_id::text, :at, :fund, :traceparent,
           jsonb_build_object(
             'payout_id', payout_id, 'run_id', run_id, 'month', cast(:month as text), 'payee', payee_kind,
             'member_id', case when payee_kind = 'member' then payee_id end,
             'facility_id', case when payee_kind = 'facility' then payee_id end,
             'amount_cents', amount_cents, 'iban_last4', right(iban, 4), 'execution_on', execution_on,
             'claim_ids', claim_ids, 'booking_ids', booking_ids, 'lines', lines)
    from ({_WITH_SOURCES}) told
""")  # noqa: S608 (constants)
_MARK_RETURNED = text(f"""
    with moved as (
      update payouts.payout set state = 'returned', reason_code = answer.code, answered_at = :at
      from unnest(cast(:payout_ids as uuid[]), cast(:codes as text[])) as answer (payout_id, code)
      where payout.payout_id = answer.payout_id
      returning payout.*
    )
    {_WITH_SOURCES}
""")  # noqa: S608 (constants)
_LOCK = text("""
    select payout_id, state, amount_cents from payouts.payout where fund = :fund and payout_id = any(:payout_ids)
    order by payout_id for update
""")
_OF_FILE = text("""
    select payout_id from payouts.payout join payouts.payout_file file using (run_id)
    where file.fund = :fund and file.run_id = :run_id and file.number = :number
      and line > file.after_line and line <= file.last_line
    order by line
""")
_MOVE = text("""
    update payouts.payout set state = :state, answered_at = :at where payout_id = any(:payout_ids)
""")


class PostgresPayoutStore:
    """The payouts of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, traceparent: str | None) -> None:
        self._conn = conn
        self._fund = fund
        self._traceparent = traceparent

    async def create_for_run(self, run: PayoutRun) -> None:
        await self._conn.execute(_CREATE, {"run_id": run.run_id, "execution_on": run.execution_on})

    async def transfers(self, run: PayoutRun, *, after_line: int, last_line: int) -> Sequence[Transfer]:
        row = {"run_id": run.run_id, "after_line": after_line, "last_line": last_line}
        return [
            Transfer(
                line=row.line,
                end_to_end_id=end_to_end_id(row.payout_id),
                payee_kind=PayeeKind(row.payee_kind),
                name=row.name,
                iban=row.iban,
                amount_cents=row.amount_cents,
                payables=row.payables,
            )
            for row in await self._conn.execute(_TRANSFERS, row)
        ]

    async def announce(self, run: PayoutRun, *, after_line: int, lines: int, at: datetime) -> None:
        row = {
            "run_id": run.run_id,
            "after_line": after_line,
            "last_line": after_line + lines,
            "month": str(run.month),
            "type": PayoutSent.TYPE,
            "at": at,
            "fund": self._fund,
            "traceparent": child_traceparent(self._traceparent),
        }
        await self._conn.execute(_ANNOUNCE, row)

    async def lock_by_reference(self, references: Sequence[str]) -> Mapping[str, AnsweredPayout]:
        by_id = {payout_id: reference for reference in references if (payout_id := _id_of(reference, "MP")) is not None}
        rows = await self._conn.execute(_LOCK, {"fund": self._fund, "payout_ids": list(by_id)})
        return {
            by_id[row.payout_id]: AnsweredPayout(row.payout_id, PayoutState(row.state), row.amount_cents)
            for row in rows
        }

    async def references_of_file(self, message_id: str) -> Sequence[str]:
        file = _file_of(message_id)
        if file is None:
            return []
        rows = await self._conn.execute(_OF_FILE, {"fund": self._fund, "run_id": file[0], "number": file[1]})
        return [end_to_end_id(payout_id) for payout_id in rows.scalars()]

    async def move(self, payout_ids: Sequence[UUID], target: PayoutState, *, at: datetime) -> None:
        await self._conn.execute(_MOVE, {"payout_ids": list(payout_ids), "state": target, "at": at})

    async def mark_returned(self, reasons: Mapping[UUID, str], *, at: datetime) -> Sequence[Payout]:
        row = {"payout_ids": list(reasons), "codes": list(reasons.values()), "at": at}
        return [_payout_of(row) for row in await self._conn.execute(_MARK_RETURNED, row)]


def _id_of(reference: str, prefix: str) -> UUID | None:
    """Read back the id that a reference was made from; None when it was not made here."""
    if not reference.startswith(prefix):
        return None
    try:
        return UUID(hex=reference[len(prefix) :])
    except ValueError:
        return None


def _file_of(message_id: str) -> tuple[UUID, int] | None:
    """Read back run and number of the file that a message id was made from; None when it was not made here."""
    if (run_id := _id_of(message_id, "MR")) is not None:
        return run_id, 1
    number = message_id[1:3]
    if number.isascii() and number.isdigit() and (run_id := _id_of(message_id, f"M{number}")) is not None:
        return run_id, int(number)
    return None


def _payout_of(row: Row[Any]) -> Payout:
    return Payout(
        payout_id=row.payout_id,
        run_id=row.run_id,
        payee_kind=PayeeKind(row.payee_kind),
        payee_id=row.payee_id,
        amount_cents=row.amount_cents,
        iban=row.iban,
        execution_on=row.execution_on,
        claim_ids=tuple(row.claim_ids),
        booking_ids=tuple(row.booking_ids),
    )
