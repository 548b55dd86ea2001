"""The worker process: relay, consumers, and the jobs that run simulations, fetch rates and reconcile the ledger."""

from functools import partial

import uvloop

from kit.log import configure_logging
from kit.worker import Job, run_worker
from rules_svc.bootstrap import SCHEMA, build
from rules_svc.entrypoints.consumers import CONSUMED
from rules_svc.entrypoints.rates_job import refresh_rates
from rules_svc.entrypoints.reconciliation_job import reconcile_ledgers
from rules_svc.entrypoints.simulation_job import run_waiting_simulation
from rules_svc.settings import RulesSettings

_LOOK_SECONDS = 1.0
# Rates are published once on working days; a plan published meanwhile gets its fund's at the next turn.
_RATES_SECONDS = 3600.0
_RECONCILE_SECONDS = 5.0


def main() -> None:
    settings = RulesSettings()
    configure_logging(settings.log_level)
    services = build(settings)
    uvloop.run(
        run_worker(
            schema=SCHEMA,
            settings=settings,
            uow=services.uow,
            clock=services.clock,
            consumers=CONSUMED,
            jobs=[
                Job("simulations", _LOOK_SECONDS, partial(run_waiting_simulation, services)),
                Job("exchange_rates", _RATES_SECONDS, partial(refresh_rates, services)),
                Job("reconciliations", _RECONCILE_SECONDS, partial(reconcile_ledgers, services)),
            ],
        )
    )


if __name__ == "__main__":
    main()
