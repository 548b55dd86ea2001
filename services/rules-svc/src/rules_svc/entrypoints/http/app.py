"""The HTTP application of rules-svc."""

from fastapi import FastAPI

from kit import http
from kit.auth import TokenVerifier
from kit.log import configure_logging
from rules_svc.bootstrap import Services, build
from rules_svc.entrypoints.http.decisions import decisions_router
from rules_svc.entrypoints.http.exchange_rates import exchange_rates_router
from rules_svc.entrypoints.http.limits import limits_router
from rules_svc.entrypoints.http.opening_balances import opening_balances_router
from rules_svc.entrypoints.http.plan_drafts import plan_drafts_router
from rules_svc.entrypoints.http.plans import plans_router
from rules_svc.entrypoints.http.problems import PROBLEMS
from rules_svc.entrypoints.http.quotes import quotes_router
from rules_svc.entrypoints.http.reconciliations import reconciliations_router
from rules_svc.entrypoints.http.simulations import simulations_router
from rules_svc.settings import RulesSettings

DESCRIPTION = "Plans of benefits as data, quotes, explained decisions and the limits of persons."
_ROUTERS = (
    plans_router,
    plan_drafts_router,
    quotes_router,
    reconciliations_router,
    limits_router,
    decisions_router,
    simulations_router,
    exchange_rates_router,
    opening_balances_router,
)


def app_of(services: Services, *, verifier: TokenVerifier | None = None) -> FastAPI:
    """Make the application of wired services."""
    return http.create_app(
        service="rules",
        title="Mutua rules",
        description=DESCRIPTION,
        settings=services.settings,
        routers=[make(services) for make in _ROUTERS],
        problems=PROBLEMS,
        uow=services.uow,
        clock=services.clock,
        verifier=verifier,
    )


def create_app() -> FastAPI:
    """Make the application from the environment."""
    settings = RulesSettings()
    configure_logging(settings.log_level)
    return app_of(build(settings))
