"""The worker process: relay, consumers, and the jobs that finish interrupted runs and ask about due instalments."""

from datetime import timedelta

import uvloop

from kit.clock import rome_date
from kit.context import Context
from kit.log import configure_logging
from kit.worker import Job, run_worker
from payout_svc.bootstrap import Services, build
from payout_svc.entrypoints.consumers import CONSUMERS
from payout_svc.settings import PayoutSettings
from payout_svc.use_cases.ask_due_instalments import ask_due_instalments
from payout_svc.use_cases.execute_run import execute_run

# The API finishes its own runs within seconds; only what was left behind is taken up here.
LEFT_BEHIND = timedelta(minutes=1)


async def resume_runs(services: Services) -> None:
    """Finish runs whose execution was interrupted."""
    now = services.clock.now()
    async with services.uow.begin(Context(fund="*", actor="system:payouts", now=now)) as tx:
        left = await tx.runs.interrupted(posted_before=now - LEFT_BEHIND)
    for fund, run_id in left:
        context = Context(fund=fund, actor="system:payouts", now=now)
        files = services.files.of(fund)
        await execute_run(services.begin(context), run_id=run_id, executed_by="system:payouts", files=files)


async def ask_due(services: Services) -> None:
    """Ask the rules about the instalments whose month has come."""
    now = services.clock.now()
    async with services.uow.begin(Context(fund="*", actor="system:payouts", now=now)) as tx:
        funds = await tx.instalments.funds_with_due(today=rome_date(now))
    for fund in funds:
        async with services.uow.begin(Context(fund=fund, actor="system:payouts", now=now)) as tx:
            await ask_due_instalments(tx)


async def main() -> None:
    settings = PayoutSettings()
    configure_logging(settings.log_level)
    services = build(settings)

    async def resume() -> None:
        await resume_runs(services)

    async def ask() -> None:
        await ask_due(services)

    await run_worker(
        schema="payouts",
        settings=settings,
        uow=services.uow,
        clock=services.clock,
        consumers=CONSUMERS,
        jobs=[Job("resume_runs", 30.0, resume), Job("ask_due_instalments", 10.0, ask)],
    )


if __name__ == "__main__":
    uvloop.run(main())
