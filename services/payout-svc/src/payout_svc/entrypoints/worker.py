"""The worker process: relay, consumers, and the job that finishes interrupted runs."""

import asyncio
from datetime import timedelta

from kit.context import Context
from kit.log import configure_logging
from kit.worker import Job, run_worker
from payout_svc.bootstrap import Services, build
from payout_svc.entrypoints.consumers import CONSUMERS
from payout_svc.settings import PayoutSettings
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
        await execute_run(services.begin(context), run_id=run_id, executed_by="system:payouts", files=services.files)


async def main() -> None:
    settings = PayoutSettings()
    configure_logging(settings.log_level)
    services = build(settings)

    async def resume() -> None:
        await resume_runs(services)

    await run_worker(
        schema="payouts",
        settings=settings,
        uow=services.uow,
        clock=services.clock,
        consumers=CONSUMERS,
        jobs=[Job("resume_runs", 30.0, resume)],
    )


if __name__ == "__main__":
    asyncio.run(main())
