"""The sides of a month's money in PostgreSQL; each comparison is one statement over both sides."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.domain.closing import ClosingCheck, Difference
from payout_svc.domain.payout_run import FilePart, TransferFile
from payout_svc.domain.run_month import RunMonth

_IN_MONTH = ">= :first_day and {0} < :next_month"
_SETTLEMENTS = f"""
    select source_id::text as id, amount_cents as cents from payouts.settlement
    where fund = :fund and amount_cents <> 0 and settled_on {_IN_MONTH.format("settled_on")}
"""  # noqa: S608 (constants)
_PAYABLES = f"""
    select source_id::text as id, amount_cents as cents from payouts.payable
    where fund = :fund and due_on {_IN_MONTH.format("due_on")}
"""  # noqa: S608 (constants)
# What was settled is gross.
_PAYABLES_GROSS = _PAYABLES.replace("amount_cents as", "amount_cents + withheld_cents as")
# Per claim, whatever the month of its corrections; a person's word counts more than the plan's.
_DECIDED = f"""
    select settled.claim_id::text as id, decided.payable_cents as cents
    from payouts.settlement settled
    cross join lateral (
      select payable_cents from payouts.decided_claim
      where decided_claim.fund = settled.fund and decided_claim.claim_id = settled.claim_id
      order by revision desc, decided_by desc limit 1
    ) decided
    where settled.fund = :fund and settled.source_kind = 'claim' and settled.decision_id is not null
      and settled.settled_on {_IN_MONTH.format("settled.settled_on")}
"""  # noqa: S608 (constants)
_DECIDED_SETTLED = f"""
    select settled.claim_id::text as id,
           (settled.amount_cents + coalesce(sum(correction.amount_cents), 0))::bigint as cents
    from payouts.settlement settled
    left join payouts.settlement correction on correction.fund = settled.fund
      and correction.source_kind = 'claim_correction' and correction.claim_id = settled.claim_id
    where settled.fund = :fund and settled.source_kind = 'claim' and settled.decision_id is not null
      and settled.settled_on {_IN_MONTH.format("settled.settled_on")}
    group by settled.claim_id, settled.amount_cents
"""  # noqa: S608 (constants)
_OPENED = f"""
    select source_id::text as id, (-sum(posting.amount_cents))::bigint as cents
    from payouts.ledger_transaction join payouts.posting using (transaction_id)
    where ledger_transaction.fund = :fund
      and kind in ('claim_settled', 'booking_closed', 'instalment_due', 'claim_corrected', 'booking_corrected')
      and party_id is not null and booked_on {_IN_MONTH.format("booked_on")}
    group by source_id
"""  # noqa: S608 (constants)
_OWED = """
    select party_id::text as id, (-sum(amount_cents))::bigint as cents from payouts.posting
    where fund = :fund and party_id is not null group by party_id having sum(amount_cents) <> 0
"""
_OPEN = """
    select payee_id::text as id, sum(amount_cents)::bigint as cents from payouts.open_payable
    where fund = :fund group by payee_id having sum(amount_cents) <> 0
"""
_RUNS = """
    select run_id::text as id, paid_cents as cents from payouts.payout_run
    where fund = :fund and month = :first_day and state <> 'superseded'
"""
_RUNS_SENT = f"{_RUNS} and state = 'sent'"
_PAYOUTS = """
    select payout_id::text as id, payout.amount_cents as cents
    from payouts.payout join payouts.payout_run run using (run_id)
    where payout.fund = :fund and run.month = :first_day
"""
_EXECUTED = """
    select payout_id::text as id, sum(posting.amount_cents)::bigint as cents
    from payouts.payout join payouts.payout_run run using (run_id)
    join payouts.ledger_transaction entry
      on entry.fund = payout.fund and entry.source_id = payout_id and entry.kind = 'payout_executed'
    join payouts.posting on posting.transaction_id = entry.transaction_id and posting.party_id = payout.payee_id
    where payout.fund = :fund and run.month = :first_day group by payout_id
"""
_EXECUTED_RUNS = f"""
    select run_id::text as id, sum(executed.cents)::bigint as cents
    from ({_EXECUTED}) executed join payouts.payout on payout_id::text = executed.id group by run_id
"""  # noqa: S608 (constants)
_FILES = """
    select run_id::text as id, sum(file.amount_cents)::bigint as cents
    from payouts.payout_file file join payouts.payout_run run using (run_id)
    where file.fund = :fund and run.month = :first_day group by run_id
"""
_ANSWERED = f"""
    {_PAYOUTS} and exists (
      select from payouts.ledger_transaction entry
      where entry.fund = payout.fund and entry.source_id = payout_id
        and entry.kind = case payout.state when 'settled' then 'payout_settled' when 'returned' then 'payout_returned'
                         end)
"""
# Other movements of the account are none of ours: only lines under our own references count.
_UNMATCHED = f"""
    select statement_id || '/' || line as id, amount_cents as cents from payouts.bank_statement_line
    where fund = :fund and outcome = 'unmatched' and reference ~ '^M[PR0-9]'
      and booked_on {_IN_MONTH.format("booked_on")}
"""  # noqa: S608 (constants)
# Every instalment whose month has come is granted or lapsed; the rules may grant another amount than was planned.
_INSTALMENTS_DUE = f"""
    select instalment_id::text as id, amount_cents as cents from payouts.instalment
    where fund = :fund and state <> 'planned' and due_on {_IN_MONTH.format("due_on")}
"""  # noqa: S608 (constants)
_INSTALMENTS_DECIDED = f"{_INSTALMENTS_DUE} and decided_at is not null"
_NOTHING = "select null::text as id, null::bigint as cents where false"
# What the rules said last of their limits ledger. Their days before `through_on` are compared, and no others.
_NEWEST = """
    select * from payouts.ledger_reconciliation
    where fund = :fund and month = :first_day order by reconciled_at desc limit 1
"""
# A month that is over cannot be closed before the rules have reconciled the whole of it.
_MONTH_OVER = "select cast(:first_day as date)::text as id, 0::bigint as cents where :ended"
_RECONCILED = f"""
    select month::text as id, 0::bigint as cents from ({_NEWEST}) newest where :ended and through_on = :next_month
"""  # noqa: S608 (constants)
_LEDGER_DIFFERENCES = f"""
    select one."check" || ' ' || one.id as id, one.{{0}} as cents
    from ({_NEWEST}) newest,
      jsonb_to_recordset(newest.differences) one ("check" text, id text, expected bigint, actual bigint)
"""  # noqa: S608 (constants)
# A day of a kind with another number of decisions is another line, so that the sums alone never hide one.
_TOTALS_OF_RULES = f"""
    select one.kind || ' ' || one."on" || ', ' || one.decisions as id, one.payable_cents as cents
    from ({_NEWEST}) newest,
      jsonb_to_recordset(newest.totals) one (kind text, "on" date, decisions bigint, payable_cents bigint)
"""  # noqa: S608 (constants)
_DECIDED_DAYS = """
    select case decided_by when 'plan' then 'claim' else 'review' end as kind, payable_cents,
           coalesce(decided_on, (received_at at time zone 'Europe/Rome')::date) as "on"
    from payouts.decided_claim where fund = :fund
    union all
    select case decided_by when 'plan' then 'booking' else 'booking_review' end, payable_cents, decided_on
    from payouts.decided_booking where fund = :fund
    union all
    select 'instalment', amount_cents + withheld_cents, due_on from payouts.payable
    where fund = :fund and source_kind = 'instalment'
"""
_TOTALS_HERE = f"""
    select kind || ' ' || "on" || ', ' || count(*) as id, sum(payable_cents)::bigint as cents
    from ({_DECIDED_DAYS}) decided
    where payable_cents > 0 and "on" >= :first_day and "on" < (select through_on from ({_NEWEST}) newest)
    group by kind, "on"
"""  # noqa: S608 (constants)
# The share of a closed booking is the newest decision's; what a review adds is decided once, for its matter.
_BOOKINGS_CLOSED = f"""
    select source_id::text as id, amount_cents as cents from payouts.settlement
    where fund = :fund and decided_here and settled_on {_IN_MONTH.format("settled_on")}
"""  # noqa: S608 (constants)
_BOOKINGS_DECIDED = f"""
    select settled.source_id::text as id, decided.payable_cents as cents
    from payouts.settlement settled
    cross join lateral (
      select payable_cents from payouts.decided_booking
      where decided_booking.fund = settled.fund and subject_id = settled.source_id
        and decided_by = case settled.source_kind when 'booking' then 'plan' else 'review' end
      order by revision desc limit 1
    ) decided
    where settled.fund = :fund and settled.decided_here and settled.settled_on {_IN_MONTH.format("settled.settled_on")}
"""  # noqa: S608 (constants)

_CHECKS = (
    ("limits_reconciled", _MONTH_OVER, _RECONCILED),
    ("limits_and_decisions", _LEDGER_DIFFERENCES.format("expected"), _LEDGER_DIFFERENCES.format("actual")),
    ("rules_and_decisions", _TOTALS_OF_RULES, _TOTALS_HERE),
    ("decided_and_settled", _DECIDED, _DECIDED_SETTLED),
    ("bookings_decided_and_closed", _BOOKINGS_DECIDED, _BOOKINGS_CLOSED),
    ("settled_and_payables", _SETTLEMENTS, _PAYABLES_GROSS),
    ("instalments_due_and_decided", _INSTALMENTS_DUE, _INSTALMENTS_DECIDED),
    ("payables_and_ledger", f"{_PAYABLES} and amount_cents <> 0", _OPENED),
    ("ledger_balances_and_open_payables", _OWED, _OPEN),
    ("runs_planned_and_sent", _RUNS, _RUNS_SENT),
    ("payouts_and_ledger", _PAYOUTS, _EXECUTED),
    ("ledger_and_bank_files", _EXECUTED_RUNS, _FILES),
    ("bank_files_and_answers", _PAYOUTS, _ANSWERED),
    ("statement_lines_without_transfer", _NOTHING, _UNMATCHED),
)
_COMPARE = """
    with expected as ({expected}), actual as ({actual}),
    differing as (
      select id, expected.cents as expected_cents, actual.cents as actual_cents
      from expected full join actual using (id) where expected.cents is distinct from actual.cents
    )
    select (select count(*) from expected) as expected_count, (select count(*) from actual) as actual_count,
           (select coalesce(sum(cents), 0)::bigint from expected) as expected_cents,
           (select coalesce(sum(cents), 0)::bigint from actual) as actual_cents,
           (select count(*) from differing) as differing,
           (select coalesce(jsonb_agg(to_jsonb(first)), '[]')
            from (select * from differing order by id limit :shown) first) as differences
"""
_STATEMENTS = [(name, text(_COMPARE.format(expected=expected, actual=actual))) for name, expected, actual in _CHECKS]
_FILES_OF_MONTH = text("""
    select file.* from payouts.payout_file file join payouts.payout_run run using (run_id)
    where file.fund = :fund and run.month = :first_day order by run.sequence, file.number
""")


class PostgresClosingStore:
    """The closing of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def checks(self, month: RunMonth, *, ended: bool, shown: int) -> Sequence[ClosingCheck]:
        """Compare the sides of a month."""
        given: dict[str, str | date | int] = {
            "fund": self._fund,
            "first_day": month.first_day,
            "next_month": month.shifted(1).first_day,
            "ended": ended,
            "shown": shown,
        }
        checks = []
        for name, statement in _STATEMENTS:
            used = {key: value for key, value in given.items() if key in statement.compile().params}
            row = (await self._conn.execute(statement, used)).mappings().one()
            differences = [Difference(**difference) for difference in row["differences"]]
            checks.append(ClosingCheck(**{**row, "name": name, "differences": differences}))
        return checks

    async def files(self, month: RunMonth) -> Sequence[tuple[UUID, TransferFile]]:
        """Return the recorded bank files of a month's runs."""
        rows = await self._conn.execute(_FILES_OF_MONTH, {"fund": self._fund, "first_day": month.first_day})
        return [
            (
                row.run_id,
                TransferFile(
                    FilePart(row.number, row.after_line, row.last_line, row.transfers, row.amount_cents),
                    row.file_key,
                    row.sha256,
                    row.size_bytes,
                ),
            )
            for row in rows
        ]
