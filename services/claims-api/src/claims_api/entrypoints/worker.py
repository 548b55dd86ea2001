"""The worker process: relay, consumers, the job that rejects overdue suspensions."""

import asyncio
from functools import partial

from claims_api.bootstrap import SCHEMA, build
from claims_api.entrypoints.consumers import CONSUMED
from claims_api.entrypoints.jobs import lapse_overdue
from claims_api.settings import Settings
from kit.log import configure_logging
from kit.worker import Job, run_worker


def main() -> None:
    settings = Settings()
    configure_logging(settings.log_level)
    services = build(settings)
    job = Job("lapse_overdue", settings.lapse_check_seconds, partial(lapse_overdue, services))
    asyncio.run(
        run_worker(
            schema=SCHEMA,
            settings=settings,
            uow=services.uow,
            clock=services.clock,
            consumers=CONSUMED,
            jobs=[job],
        )
    )


if __name__ == "__main__":
    main()
