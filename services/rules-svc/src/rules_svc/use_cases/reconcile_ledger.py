"""Compare the limits ledger with the decisions of a month, and publish what comes out."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kit.clock import rome_date
from kit.errors import FieldError
from rules_svc.domain.errors import MonthNotBegun, ReconciliationNotFound
from rules_svc.domain.events import LedgerReconciled
from rules_svc.domain.reconciliation import Findings, ReconciledSpan, month_before
from rules_svc.use_cases.ports import Tx

# A decision of the month's last minutes may still be on its way to be written.
SETTLED_AFTER = timedelta(hours=1)


async def ask_reconciliation(tx: Tx, *, month: date, requested_by: str) -> Mapping[str, Any]:
    """Ask for a month's reconciliation, which the worker makes; who asks while one waits gets that one.

    Raises: MonthNotBegun.
    """
    today = rome_date(tx.now)
    if month > today:
        field = FieldError("/month", "month_not_begun", f"the month must not be later than {today:%Y-%m}")
        raise MonthNotBegun(f"{month:%Y-%m} has not begun", errors=[field])
    await tx.ledger_audit.ask(month, requested_by=requested_by)
    tx.audit("reconciliation_requested", entity="ledger_reconciliation", entity_id=f"{month:%Y-%m}")
    return await read_reconciliation(tx, month=month)


async def read_reconciliation(tx: Tx, *, month: date) -> Mapping[str, Any]:
    """Return the last reconciliation of a month, made or waiting.

    Raises: ReconciliationNotFound.
    """
    found = await tx.ledger_audit.newest(month)
    if found is None:
        raise ReconciliationNotFound("this month was not reconciled")
    return found


async def funds_to_close(tx: Tx) -> tuple[date, list[str]]:
    """Return the month that has ended last and the funds whose ledger is not reconciled for it."""
    today = rome_date(tx.now - SETTLED_AFTER)
    month = month_before(today)
    return month, await tx.ledger_audit.funds_without(month, today.replace(day=1) - timedelta(days=1))


async def reconcile_waiting(tx: Tx) -> bool:
    """Make the oldest reconciliation of the fund that waits, and publish it; say whether there was one."""
    waiting = await tx.ledger_audit.take()
    if waiting is None:
        return False
    reconciliation_id, month = waiting
    done = await _reconcile(tx, ReconciledSpan.of(month, rome_date(tx.now)))
    await tx.ledger_audit.finish(reconciliation_id, done)
    tx.publish(done)
    tx.audit(
        "ledger_reconciled",
        entity="ledger_reconciliation",
        entity_id=reconciliation_id,
        month=f"{month:%Y-%m}",
        differing=done.differing,
    )
    return True


async def _reconcile(tx: Tx, span: ReconciledSpan) -> LedgerReconciled:
    """Compare row by row: a statement a comparison, however many rows there are."""
    audit, found = tx.ledger_audit, Findings()
    plans = {digest: await tx.plans.compiled(digest) for digest in await audit.plan_hashes(span)}
    async for differences in audit.decisions(span, plans):
        found.decisions += 1
        for difference in differences:
            found.add(difference)
    async for difference in audit.itself():
        found.add(difference)
    found.postings, found.balances = await audit.size()
    return LedgerReconciled(
        fund=tx.fund,
        month=span.month,
        through_on=span.through_on,
        reconciled_at=tx.now,
        decisions=found.decisions,
        postings=found.postings,
        balances=found.balances,
        totals=await audit.totals(span),
        differing=found.differing,
        differences=found.shown,
    )
