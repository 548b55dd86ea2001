"""The worker process: relay and consumers."""

import asyncio

from kit.log import configure_logging
from kit.worker import run_worker
from rules_svc.bootstrap import SCHEMA, build
from rules_svc.entrypoints.consumers import CONSUMED
from rules_svc.settings import RulesSettings


def main() -> None:
    settings = RulesSettings()
    configure_logging(settings.log_level)
    services = build(settings)
    asyncio.run(
        run_worker(schema=SCHEMA, settings=settings, uow=services.uow, clock=services.clock, consumers=CONSUMED)
    )


if __name__ == "__main__":
    main()
