"""Payout runs in PostgreSQL; the dry run and its comparison are one statement each, whatever the number of payees."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.bank_channel_store import channel_of, columns_of
from payout_svc.adapters.tables import payout_file, payout_line, payout_run
from payout_svc.domain.errors import PayoutRunNotFound
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payout_run import (
    IN_EXECUTION,
    OPEN_STATES,
    FilePart,
    LineChange,
    LineOutcome,
    PayoutRun,
    RunLine,
    RunState,
    RunTotals,
    TransferFile,
)
from payout_svc.domain.run_month import RunMonth

_LOCK_FUND = text("select pg_advisory_xact_lock(hashtextextended('payout_run:' || :fund, 0))")
# Facilities are always paid: the plan's threshold speaks of transfers to members (reading A33). A balance below zero,
# after a correction, waits for later payables in any month; one that has come to zero is no line at all. What is owed
# for claims with an open check is a line of its own, which is held: the rest of the balance does not wait for it.
_BALANCES = """
    select balance.payee_kind, balance.payee_id, balance.checked, balance.amount_cents, balance.payables,
           coalesce(payee.heir_name, payee.holder, payee.name) as name, account.iban,
           case when payee.verified_iban = account.iban then payee.verification end as verification,
           case when balance.carried then 'carry' when stop.reason is null then 'pay' else 'hold' end as outcome,
           case when not balance.carried then stop.reason end as reason
    from (
      select payee_kind, payee_id, checked, sum(amount_cents)::bigint as amount_cents, count(*)::int as payables,
             sum(amount_cents) < case when payee_kind = 'member' and not checked then :minimum_cents else 1 end
               as carried
      from (
        select owed.payee_kind, owed.payee_id, owed.amount_cents, looked_at.claim_id is not null as checked
        from payouts.open_payable owed
        left join (
          select distinct claim_id from payouts.claim_check
          where fund = :fund and opened_at is not null and closed_at is null
        ) looked_at on looked_at.claim_id = owed.claim_id
        where owed.fund = :fund and owed.due_on <= :cutoff_on
      ) owed
      group by payee_kind, payee_id, checked
      having sum(amount_cents) <> 0
    ) balance
    left join payouts.payee on payee.fund = :fund and payee.payee_kind = balance.payee_kind
      and payee.payee_id = balance.payee_id
    left join (
      select hold.payee_kind, hold.payee_id, min(hold.kind) as kind
      from payouts.payee_hold hold
      left join payouts.payee own on own.fund = hold.fund and own.payee_kind = hold.payee_kind
        and own.payee_id = hold.payee_id
      where hold.fund = :fund and hold.lifted_at is null
        and (hold.iban is null or hold.iban = coalesce(own.heir_iban, own.iban))
      group by hold.payee_kind, hold.payee_id
    ) held on held.payee_kind = balance.payee_kind and held.payee_id = balance.payee_id
    cross join lateral (select coalesce(payee.heir_iban, payee.iban) as iban) account
    cross join lateral (
      select case when balance.checked then 'claim_check'
                  when held.kind is not null then held.kind
                  when account.iban is null then 'iban_missing'
                  when payee.hold_reason is not null then payee.hold_reason
                  when payee.heir_iban is null and not payee.iban_verified then 'iban_unverified' end as reason
    ) stop
"""
_PLAN = text(f"""
    insert into payouts.payout_line (run_id, line, fund, payee_kind, payee_id, checked, outcome, reason, amount_cents,
                                     payables, name, iban, verification, payout_id)
    select :run_id, row_number() over (order by payee_kind desc, payee_id, checked), :fund, payee_kind, payee_id,
           checked, outcome, reason, amount_cents, payables, name, iban, verification,
           case when outcome = 'pay' then gen_random_uuid() end
    from ({_BALANCES}) present
""")  # noqa: S608 (constants)
_TOTALS = text("""
    update payouts.payout_run
    set paid_payees = own.paid_payees, paid_cents = own.paid_cents, carried_payees = own.carried_payees,
        carried_cents = own.carried_cents, held_payees = own.held_payees, held_cents = own.held_cents,
        previous_payees = before.payees, previous_cents = before.cents
    from (
      select count(*) filter (where outcome = 'pay') as paid_payees,
             coalesce(sum(amount_cents) filter (where outcome = 'pay'), 0) as paid_cents,
             count(*) filter (where outcome = 'carry') as carried_payees,
             coalesce(sum(amount_cents) filter (where outcome = 'carry'), 0) as carried_cents,
             count(*) filter (where outcome = 'hold') as held_payees,
             coalesce(sum(amount_cents) filter (where outcome = 'hold'), 0) as held_cents
      from payouts.payout_line where run_id = :run_id
    ) own, (
      select coalesce(sum(paid_payees), 0) as payees, coalesce(sum(paid_cents), 0) as cents
      from payouts.payout_run where fund = :fund and month = :previous and state = 'sent'
    ) before
    where run_id = :run_id
""")
_CHANGES = text(f"""
    select payee_kind, payee_id, planned.amount_cents as planned_cents, present.amount_cents as present_cents,
           case when planned.amount_cents is distinct from present.amount_cents then 'amount'
                when planned.iban is distinct from present.iban then 'iban'
                else 'outcome' end as what,
           count(*) over () as differing
    from (select * from payouts.payout_line where run_id = :run_id) planned
    full join ({_BALANCES}) present using (payee_kind, payee_id, checked)
    where (planned.amount_cents, planned.payables, planned.outcome, planned.reason, planned.iban)
      is distinct from (present.amount_cents, present.payables, present.outcome, present.reason, present.iban)
    order by payee_kind desc, payee_id, checked limit :limit
""")  # noqa: S608 (constants)
_NEXT_SEQUENCE = text("""
    select coalesce(max(sequence), 0) + 1 from payouts.payout_run where fund = :fund and month = :month
""")
_FILE_PARTS = text("""
    select number, min(line) - 1 as after_line, max(line) as last_line, count(*) as transfers,
           sum(amount_cents)::bigint as amount_cents
    from (
      select line, amount_cents, ((row_number() over (order by line) - 1) / :per_file)::int + 1 as number
      from payouts.payout where run_id = :run_id
    ) numbered
    group by number order by number
""")
# Only what the member can do something about: a block or a check is the fund's own matter.
_HELD_MEMBERS = text("""
    select line.payee_id, line.amount_cents, line.reason
    from payouts.payout_line line
    left join payouts.payee on payee.fund = line.fund and payee.payee_kind = 'member' and payee.payee_id = line.payee_id
    where line.run_id = :run_id and line.outcome = 'hold' and line.payee_kind = 'member' and line.reason like 'iban_%'
      and payee.deceased_on is null
    order by line.line
""")


class PostgresRunStore:
    """The payout runs of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def lock_fund(self) -> None:
        await self._conn.execute(_LOCK_FUND, {"fund": self._fund})

    async def open_run(self, month: RunMonth) -> PayoutRun | None:
        query = (
            select(payout_run)
            .where(payout_run.c.fund == self._fund, payout_run.c.month == month.first_day)
            .where(payout_run.c.state.in_(sorted(OPEN_STATES)))
            .with_for_update()
        )
        row = (await self._conn.execute(query)).one_or_none()
        return None if row is None else (await self._with_files([row]))[0]

    async def next_sequence(self, month: RunMonth) -> int:
        result = await self._conn.execute(_NEXT_SEQUENCE, {"fund": self._fund, "month": month.first_day})
        return int(result.scalar_one())

    async def add(self, run: PayoutRun) -> None:
        values = {
            "run_id": run.run_id,
            "fund": self._fund,
            "month": run.month.first_day,
            "sequence": run.sequence,
            "state": run.state,
            "execution_on": run.execution_on,
            "cutoff_on": run.cutoff_on,
            "minimum_cents": run.minimum_cents,
            "prepared_by": run.prepared_by,
            "prepared_at": run.prepared_at,
        } | columns_of(run.channel)
        await self._conn.execute(insert(payout_run), values)

    async def plan(self, run: PayoutRun, *, previous: RunMonth) -> None:
        await self._conn.execute(_PLAN, self._basis(run))
        row = {"run_id": run.run_id, "fund": self._fund, "previous": previous.first_day}
        await self._conn.execute(_TOTALS, row)

    def _basis(self, run: PayoutRun) -> dict[str, Any]:
        return {
            "run_id": run.run_id,
            "fund": self._fund,
            "minimum_cents": run.minimum_cents,
            "cutoff_on": run.cutoff_on,
        }

    async def get(self, run_id: UUID, *, lock: bool = False) -> PayoutRun:
        query = select(payout_run).where(payout_run.c.run_id == run_id, payout_run.c.fund == self._fund)
        row = (await self._conn.execute(query.with_for_update() if lock else query)).one_or_none()
        if row is None:
            raise PayoutRunNotFound("no payout run has this id")
        return (await self._with_files([row]))[0]

    async def _with_files(self, rows: Sequence[Row[Any]]) -> list[PayoutRun]:
        query = select(payout_file).where(payout_file.c.run_id.in_([row.run_id for row in rows]))
        files: dict[UUID, list[TransferFile]] = {row.run_id: [] for row in rows}
        for found in await self._conn.execute(query.order_by(payout_file.c.number)):
            files[found.run_id].append(_file_of(found))
        return [run_of(row, files[row.run_id]) for row in rows]

    async def changes(self, run: PayoutRun, *, limit: int) -> tuple[int, Sequence[LineChange]]:
        rows = (await self._conn.execute(_CHANGES, self._basis(run) | {"limit": limit})).all()
        changes = [
            LineChange(PayeeKind(row.payee_kind), row.payee_id, row.planned_cents, row.present_cents, row.what)
            for row in rows
        ]
        return (rows[0].differing if rows else 0), changes

    async def _update(self, run: PayoutRun, **values: Any) -> None:
        await self._conn.execute(update(payout_run).where(payout_run.c.run_id == run.run_id).values(**values))

    async def supersede(self, run: PayoutRun) -> None:
        await self._update(run, state=RunState.SUPERSEDED)

    async def approve(self, run: PayoutRun, *, approved_by: str, at: datetime) -> None:
        await self._update(run, state=RunState.APPROVED, approved_by=approved_by, approved_at=at)

    async def record_posted(self, run: PayoutRun, *, executed_by: str, at: datetime) -> None:
        await self._update(run, state=RunState.POSTED, executed_by=executed_by, posted_at=at)

    async def file_parts(self, run: PayoutRun) -> Sequence[FilePart]:
        row = {"run_id": run.run_id, "per_file": run.channel.transfers_per_file}
        return [FilePart(**found) for found in (await self._conn.execute(_FILE_PARTS, row)).mappings()]

    async def record_file(self, run: PayoutRun, file: TransferFile) -> None:
        values = asdict(file.part) | {
            "run_id": run.run_id,
            "fund": self._fund,
            "file_key": file.key,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
        }
        await self._conn.execute(postgresql.insert(payout_file).values(values).on_conflict_do_nothing())

    async def record_filed(self, run: PayoutRun) -> None:
        await self._update(run, state=RunState.FILED)

    async def record_announced(self, run: PayoutRun, *, line: int) -> None:
        await self._update(run, announced_line=line)

    async def record_sent(self, run: PayoutRun, *, at: datetime) -> None:
        await self._update(run, state=RunState.SENT, sent_at=at)

    async def held_members(self, run: PayoutRun) -> Sequence[tuple[UUID, int, str]]:
        rows = await self._conn.execute(_HELD_MEMBERS, {"run_id": run.run_id})
        return [(row.payee_id, row.amount_cents, row.reason) for row in rows]

    async def interrupted(self, *, posted_before: datetime) -> Sequence[tuple[str, UUID]]:
        """Return fund and id of the runs whose execution began before a moment and has not ended."""
        query = select(payout_run.c.fund, payout_run.c.run_id).where(
            payout_run.c.state.in_(sorted(IN_EXECUTION)), payout_run.c.posted_at < posted_before
        )
        return [(row.fund, row.run_id) for row in await self._conn.execute(query)]

    async def page(self, *, before: tuple[date, int] | None, limit: int) -> Sequence[PayoutRun]:
        """Return runs, newest month first."""
        columns = (payout_run.c.month, payout_run.c.sequence)
        query = select(payout_run).where(payout_run.c.fund == self._fund)
        query = query.order_by(*(column.desc() for column in columns)).limit(limit)
        if before is not None:
            query = query.where(tuple_(*columns) < tuple_(*before))
        return await self._with_files((await self._conn.execute(query)).all())

    async def lines(
        self, run: PayoutRun, *, outcome: LineOutcome | None, after_line: int, limit: int
    ) -> Sequence[RunLine]:
        """Return the lines of a dry run in their order."""
        query = select(payout_line).where(payout_line.c.run_id == run.run_id, payout_line.c.line > after_line)
        if outcome is not None:
            query = query.where(payout_line.c.outcome == outcome)
        rows = await self._conn.execute(query.order_by(payout_line.c.line).limit(limit))
        return [_line_of(row) for row in rows]


def _file_of(row: Row[Any]) -> TransferFile:
    part = FilePart(row.number, row.after_line, row.last_line, row.transfers, row.amount_cents)
    return TransferFile(part, row.file_key, row.sha256, row.size_bytes)


def run_of(row: Row[Any], files: Sequence[TransferFile]) -> PayoutRun:
    """Read a run from its row and the rows of its files."""
    return PayoutRun(
        run_id=row.run_id,
        month=RunMonth.of(row.month),
        sequence=row.sequence,
        state=RunState(row.state),
        execution_on=row.execution_on,
        cutoff_on=row.cutoff_on,
        minimum_cents=row.minimum_cents,
        prepared_by=row.prepared_by,
        prepared_at=row.prepared_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        executed_by=row.executed_by,
        posted_at=row.posted_at,
        sent_at=row.sent_at,
        announced_line=row.announced_line,
        totals=RunTotals(**{name: getattr(row, name) for name in RunTotals.__dataclass_fields__}),
        channel=channel_of(row),
        files=tuple(files),
    )


def _line_of(row: Row[Any]) -> RunLine:
    return RunLine(
        line=row.line,
        outcome=LineOutcome(row.outcome),
        reason=row.reason,
        payee_kind=PayeeKind(row.payee_kind),
        payee_id=row.payee_id,
        name=row.name,
        iban_last4=row.iban[-4:] if row.iban else None,
        amount_cents=row.amount_cents,
        payables=row.payables,
        payout_id=row.payout_id,
        verification=row.verification,
    )
