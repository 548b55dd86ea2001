"""Reconcile a month: limits, decisions, settlements, payables, ledger, bank files and what the bank did."""

from dataclasses import replace

from kit.clock import rome_date
from kit.errors import FieldError
from payout_svc.domain.closing import Closing, ClosingCheck, Difference
from payout_svc.domain.errors import MonthNotStarted
from payout_svc.domain.run_month import RunMonth
from payout_svc.use_cases.ports import StoredFiles, Work

SHOWN_DIFFERENCES = 100


async def close_month(tx: Work, *, month: RunMonth, files: StoredFiles) -> Closing:
    """Compare each side with the next one, item by item; nothing is changed.

    Raises: MonthNotStarted.
    """
    today = rome_date(tx.now)
    if month > RunMonth.of(today):
        field = FieldError("/month", "month_not_started", f"the month must not be later than {RunMonth.of(today)}")
        raise MonthNotStarted(f"{month} has not begun", errors=[field])
    checks = await tx.closing.checks(month, ended=month < RunMonth.of(today), shown=SHOWN_DIFFERENCES)
    stored = await _stored_files(tx, month, files)
    tx.audit("month_closed", entity="closing", entity_id=str(month))
    return Closing(month, [*checks, stored])


async def _stored_files(tx: Work, month: RunMonth, files: StoredFiles) -> ClosingCheck:
    """Read every bank file of the month again: its bytes must have the hash under which it was recorded."""
    check = ClosingCheck("files_recorded_and_stored", 0, 0, 0, 0, 0, [])
    for run_id, file in await tx.closing.files(month):
        cents = file.part.amount_cents
        check = replace(check, expected_count=check.expected_count + 1, expected_cents=check.expected_cents + cents)
        if await files.hash_of(file) == file.sha256:
            check = replace(check, actual_count=check.actual_count + 1, actual_cents=check.actual_cents + cents)
        else:
            differences = [*check.differences, Difference(f"{run_id}/{file.part.number}", cents, None)]
            check = replace(check, differing=len(differences), differences=differences)
    return check
