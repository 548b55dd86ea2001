"""The worker process: `python -m booking_api.entrypoints.worker`."""

import uvloop

from booking_api.adapters.letter_press import TypstLetterPress
from booking_api.adapters.tables import SCHEMA
from booking_api.adapters.webhook_post import WebhookPost
from booking_api.bootstrap import build
from booking_api.entrypoints.consumers import consumers
from booking_api.entrypoints.jobs import jobs
from booking_api.entrypoints.webhook_courier import WebhookCourier
from booking_api.settings import BookingSettings
from kit.log import configure_logging
from kit.worker import Job, run_worker


async def work(settings: BookingSettings) -> None:
    services = build(settings)
    sender = WebhookPost(private_allowed=settings.webhook_private_targets)
    courier = WebhookCourier(services, sender)
    await run_worker(
        schema=SCHEMA,
        settings=settings,
        uow=services.uow,
        clock=services.clock,
        consumers=consumers(services),
        jobs=[*jobs(services, TypstLetterPress(services.passes)), Job("webhooks", 1.0, courier.deliver_due)],
    )


def main() -> None:
    settings = BookingSettings()
    configure_logging(settings.log_level)
    uvloop.run(work(settings))


if __name__ == "__main__":
    main()
