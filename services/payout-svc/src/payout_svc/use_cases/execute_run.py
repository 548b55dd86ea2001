"""Execute an approved payout run in steps, each of which may be the last one before the process dies.

This use case opens its transactions itself, one a step: a bank file is not written inside a transaction, and what is
announced to 100,000 payees must not sit in memory. Every step first looks at the run's state under its lock, so
that executing again, or twice at once, does each step once.
"""

from uuid import UUID

from kit.clock import rome_date
from payout_svc.domain.errors import BalancesChanged, PayoutRunStateForbids
from payout_svc.domain.events import PayoutHeld
from payout_svc.domain.payout_run import FilePart, PayoutRun, RunState
from payout_svc.use_cases.ports import BeginWork, TransferFiles, Work

BATCH = 1_000
SHOWN_CHANGES = 20


async def execute_run(begin: BeginWork, *, run_id: UUID, executed_by: str, files: TransferFiles) -> PayoutRun:
    """Pay a run: post it, store its bank files, announce every payout. Finish one that was interrupted.

    Raises: PayoutRunNotFound, PayoutRunStateForbids before the approval, BalancesChanged since the dry run.
    """
    async with begin() as tx:
        run = await post_run(tx, run_id=run_id, executed_by=executed_by)
    if run.state is RunState.POSTED:
        await _file_run(begin, run_id, files)
    while True:
        async with begin() as tx:
            run = await announce_batch(tx, run_id=run_id)
        if run.state is RunState.SENT:
            return run


async def post_run(tx: Work, *, run_id: UUID, executed_by: str) -> PayoutRun:
    """Turn the dry run into payouts and ledger entries, all of them or none.

    Raises: PayoutRunStateForbids, BalancesChanged.
    """
    await tx.runs.lock_fund()
    run = await tx.runs.get(run_id, lock=True)
    if run.state in {RunState.POSTED, RunState.FILED, RunState.SENT}:
        return run
    if run.state is RunState.PREPARED:
        raise PayoutRunStateForbids("the run needs the approval of another person first", state=run.state.value)
    run.require(RunState.POSTED)
    await _require_same_balances(tx, run)
    await tx.payouts.create_for_run(run)
    # A payable that commits between the comparison and this statement changes the sums: then nothing is posted.
    if not await tx.payables.claim_for_run(run):
        raise _balances_changed(run, [])
    await tx.instalments.schedule_for_run(run)
    await tx.ledger.post_run(run, booked_on=rome_date(tx.now))
    await tx.runs.record_posted(run, executed_by=executed_by, at=tx.now)
    tx.audit("payout_run_posted", entity="payout_run", entity_id=run_id, payouts=run.totals.paid_payees)
    return await tx.runs.get(run_id)


async def _require_same_balances(tx: Work, run: PayoutRun) -> None:
    count, changes = await tx.runs.changes(run, limit=SHOWN_CHANGES)
    if count:
        shown: list[dict[str, object]] = [
            {
                "payee": change.payee_kind.value,
                "payee_id": str(change.payee_id),
                "what": change.what,
                "planned_cents": change.planned_cents,
                "present_cents": change.present_cents,
            }
            for change in changes
        ]
        raise _balances_changed(run, shown, count)


def _balances_changed(run: PayoutRun, shown: list[dict[str, object]], count: int = 0) -> BalancesChanged:
    return BalancesChanged(
        "balances have changed since the dry run: prepare it again with POST /v1/payout-runs"
        f' {{"month": "{run.month}"}} (this run is then replaced, and the new one needs its own approval)',
        changed_payees=count,
        changes=shown,
    )


async def _file_run(begin: BeginWork, run_id: UUID, files: TransferFiles) -> None:
    """Write what is missing of the run's bank files; two executors write the same bytes, and the first ones stay."""
    async with begin() as tx:
        run = await tx.runs.get(run_id)
        parts = await tx.runs.file_parts(run)
    stored = {file.part.number for file in run.files}
    for part in parts:
        if part.number not in stored:
            await _write_file(begin, run, part, files)
    async with begin() as tx:
        present = await tx.runs.get(run_id, lock=True)
        if present.state is RunState.POSTED:
            await tx.runs.record_filed(present)


async def _write_file(begin: BeginWork, run: PayoutRun, part: FilePart, files: TransferFiles) -> None:
    async with files.draft(run, part) as draft:
        async with begin() as tx:
            for line in range(part.after_line, part.last_line, BATCH):
                last_line = min(line + BATCH, part.last_line)
                draft.add(await tx.payouts.transfers(run, after_line=line, last_line=last_line))
        file = await draft.store()
    async with begin() as tx:
        await tx.runs.record_file(run, file)


async def announce_batch(tx: Work, *, run_id: UUID) -> PayoutRun:
    """Mark the next payouts as sent and publish them; with none left, close the run."""
    run = await tx.runs.get(run_id, lock=True)
    if run.state is not RunState.FILED:
        return run
    if not run.announced:
        await tx.payouts.announce(run, after_line=run.announced_line, lines=BATCH, at=tx.now)
        await tx.runs.record_announced(run, line=run.announced_line + BATCH)
        return run
    for member_id, amount_cents, reason in await tx.runs.held_members(run):
        tx.publish(PayoutHeld(member_id=member_id, amount_cents=amount_cents, reason=reason))
    await tx.runs.record_sent(run, at=tx.now)
    tx.audit("payout_run_sent", entity="payout_run", entity_id=run_id)
    return await tx.runs.get(run_id)
