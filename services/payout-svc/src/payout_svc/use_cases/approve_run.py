"""Approve a prepared payout run."""

from uuid import UUID

from payout_svc.domain.errors import ApproverIsPreparer
from payout_svc.domain.payout_run import PayoutRun, RunState
from payout_svc.use_cases.ports import Work


async def approve_run(tx: Work, *, run_id: UUID, approved_by: str) -> PayoutRun:
    """Release a run for execution; the same approver again changes nothing.

    Raises: PayoutRunNotFound, PayoutRunStateForbids, ApproverIsPreparer.
    """
    run = await tx.runs.get(run_id, lock=True)
    if run.prepared_by == approved_by:
        raise ApproverIsPreparer("whoever prepared the run cannot approve it: another person must")
    if run.state is RunState.APPROVED and run.approved_by == approved_by:
        return run
    run.require(RunState.APPROVED)
    await tx.runs.approve(run, approved_by=approved_by, at=tx.now)
    tx.audit("payout_run_approved", entity="payout_run", entity_id=run_id)
    return await tx.runs.get(run_id)
