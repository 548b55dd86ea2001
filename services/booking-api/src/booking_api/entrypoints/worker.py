"""The worker process: `python -m booking_api.entrypoints.worker`."""

import asyncio

from booking_api.adapters.letter_press import TypstLetterPress
from booking_api.adapters.tables import SCHEMA
from booking_api.bootstrap import build
from booking_api.entrypoints.consumers import consumers
from booking_api.entrypoints.jobs import jobs
from booking_api.settings import BookingSettings
from kit.log import configure_logging
from kit.worker import run_worker


async def work(settings: BookingSettings) -> None:
    services = build(settings)
    await run_worker(
        schema=SCHEMA,
        settings=settings,
        uow=services.uow,
        clock=services.clock,
        consumers=consumers(services),
        jobs=jobs(services, TypstLetterPress()),
    )


def main() -> None:
    settings = BookingSettings()
    configure_logging(settings.log_level)
    asyncio.run(work(settings))


if __name__ == "__main__":
    main()
