"""The worker process: relay of our events, consumers, delivery."""

import uvloop

from kit.log import configure_logging
from kit.metrics import STATE_SECONDS
from kit.worker import Job, run_worker
from notify_svc.adapters.tables import SCHEMA
from notify_svc.bootstrap import Services, build
from notify_svc.entrypoints.consumers import consumers
from notify_svc.entrypoints.courier import Courier
from notify_svc.entrypoints.figures import Figures
from notify_svc.entrypoints.reminders import Reminders
from notify_svc.settings import NotifySettings

DELIVERY_SECONDS = 0.25
RECOVERY_SECONDS = 5.0
REMINDER_SECONDS = 10.0


def main() -> None:
    settings = NotifySettings()
    configure_logging(settings.log_level)
    uvloop.run(_run(settings))


async def _run(settings: NotifySettings) -> None:
    services = build(settings)
    courier = Courier(services)
    try:
        await _work(services, settings, courier)
    finally:
        await services.relay.close()


async def _work(services: Services, settings: NotifySettings, courier: Courier) -> None:
    await run_worker(
        schema=SCHEMA,
        settings=settings,
        uow=services.uow,
        clock=services.clock,
        consumers=consumers(services.templates, services.terms),
        jobs=[
            Job("delivery", DELIVERY_SECONDS, courier.run),
            Job("recovery", RECOVERY_SECONDS, courier.recover),
            Job("figures", STATE_SECONDS, Figures(services).run),
            Job("reminders", REMINDER_SECONDS, Reminders(services).run),
        ],
    )


if __name__ == "__main__":
    main()
