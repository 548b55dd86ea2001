"""Prepare a payout run: the dry run of a month."""

from kit.clock import rome_date
from kit.errors import FieldError
from kit.ids import new_id
from kit.workdays import WorkingDays
from payout_svc.domain.bank_channel import MAX_FILES
from payout_svc.domain.errors import MonthNotStarted, PaymentTermsUnknown, PayoutRunInExecution, TooManyFiles
from payout_svc.domain.payout_run import IN_EXECUTION, PayoutRun, RunState
from payout_svc.domain.run_month import RunMonth, execution_day
from payout_svc.use_cases.ports import Work


async def prepare_run(tx: Work, *, month: RunMonth, prepared_by: str) -> PayoutRun:
    """Plan who would be paid, carried over and held; no money moves.

    A run of the month that was prepared or approved before is replaced; one in execution must be finished.
    Raises: MonthNotStarted, PayoutRunInExecution, PaymentTermsUnknown, TooManyFiles.
    """
    today = rome_date(tx.now)
    if month > RunMonth.of(today):
        field = FieldError("/month", "month_not_started", f"the month must not be later than {RunMonth.of(today)}")
        raise MonthNotStarted(f"{month} has not begun", errors=[field])
    await tx.runs.lock_fund()
    await _replace_open_run(tx, month)
    channel = await tx.channel.current()
    run = PayoutRun(
        run_id=new_id(),
        month=month,
        sequence=await tx.runs.next_sequence(month),
        state=RunState.PREPARED,
        execution_on=execution_day(month, today, WorkingDays(channel.patron)),
        cutoff_on=today,
        minimum_cents=await _minimum_cents(tx, month),
        prepared_by=prepared_by,
        prepared_at=tx.now,
        channel=channel,
    )
    await tx.runs.add(run)
    await tx.runs.plan(run, previous=month.shifted(-1))
    tx.audit("payout_run_prepared", entity="payout_run", entity_id=run.run_id, month=str(month))
    planned = await tx.runs.get(run.run_id)
    if planned.channel.files(planned.totals.paid_payees) > MAX_FILES:
        raise TooManyFiles(
            f"{planned.totals.paid_payees} transfers need more than {MAX_FILES} files of"
            f" {planned.channel.transfers_per_file}: allow more transfers a file with PUT /v1/bank-channel"
        )
    return planned


async def _replace_open_run(tx: Work, month: RunMonth) -> None:
    run = await tx.runs.open_run(month)
    if run is None:
        return
    if run.state in IN_EXECUTION:
        raise PayoutRunInExecution(
            f"the run of {month} is being executed: finish it with POST /v1/payout-runs/{run.run_id}/execute",
            run_id=str(run.run_id),
        )
    run.require(RunState.SUPERSEDED)
    await tx.runs.supersede(run)
    tx.audit("payout_run_superseded", entity="payout_run", entity_id=run.run_id)


async def _minimum_cents(tx: Work, month: RunMonth) -> int:
    terms = await tx.terms.in_force(month.last_day)
    if terms is None:
        raise PaymentTermsUnknown(f"no published plan has payment terms for {month}: publish the plan first")
    return terms.minimum_cents(month)
