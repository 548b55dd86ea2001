"""One-off programs: migrations, publishing, seeding."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence

from mutua_local.processes import Job
from mutua_local.stamps import Stamps, fingerprint


async def run_jobs(jobs: Sequence[Job], *, stamps: Stamps, run: Callable[[Job], Awaitable[None]]) -> int:
    """Run the jobs that are due, as many at once as there are processors; return how many ran.

    Raises:
        StartFailed: a job did not end well; the others are ended too.
    """
    prints = {job.name: fingerprint(job.sources) for job in jobs}
    due = [job for job in jobs if not _is_done(job, prints[job.name], stamps)]
    places = asyncio.Semaphore(os.cpu_count() or 1)

    async def run_one(job: Job) -> None:
        async with places:
            await run(job)
        if job.sources:
            stamps.set(job.name, prints[job.name])

    try:
        async with asyncio.TaskGroup() as group:
            for job in due:
                group.create_task(run_one(job))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return len(due)


def _is_done(job: Job, fingerprint_now: str, stamps: Stamps) -> bool:
    if job.product:
        return job.product.exists()
    return bool(job.sources) and stamps.holds(job.name, fingerprint_now)
