"""The HTTP application of payout-svc."""

from fastapi import FastAPI

from kit import http
from kit.auth import TokenVerifier
from kit.log import configure_logging
from payout_svc.bootstrap import Services, build
from payout_svc.entrypoints.http.bank_channel import bank_channel_router
from payout_svc.entrypoints.http.bank_reports import bank_reports_router
from payout_svc.entrypoints.http.bank_statements import bank_statements_router
from payout_svc.entrypoints.http.claim_checks import claim_checks_router
from payout_svc.entrypoints.http.closings import closings_router
from payout_svc.entrypoints.http.heirs import heirs_router
from payout_svc.entrypoints.http.instalments import instalments_router
from payout_svc.entrypoints.http.ledger import ledger_router
from payout_svc.entrypoints.http.paid_statements import paid_statements_router
from payout_svc.entrypoints.http.payables import payables_router
from payout_svc.entrypoints.http.payee_verifications import payee_verifications_router
from payout_svc.entrypoints.http.payout_holds import payout_holds_router
from payout_svc.entrypoints.http.payout_runs import payout_runs_router
from payout_svc.entrypoints.http.payouts import payouts_router
from payout_svc.entrypoints.http.problems import PROBLEMS
from payout_svc.entrypoints.http.tax_communications import tax_communications_router
from payout_svc.entrypoints.http.tax_parameters import tax_parameters_router
from payout_svc.settings import PayoutSettings

DESCRIPTION = "Payables, the double-entry ledger, payout runs with their bank files, and the bank's answers."
_ROUTERS = (
    payables_router,
    instalments_router,
    claim_checks_router,
    payout_holds_router,
    heirs_router,
    payee_verifications_router,
    bank_channel_router,
    payout_runs_router,
    bank_reports_router,
    bank_statements_router,
    payouts_router,
    paid_statements_router,
    tax_communications_router,
    tax_parameters_router,
    ledger_router,
    closings_router,
)


def app_of(services: Services, *, verifier: TokenVerifier | None = None) -> FastAPI:
    """Make the application of wired services."""
    return http.create_app(
        service="payouts",
        title="Mutua payouts",
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
    settings = PayoutSettings()
    configure_logging(settings.log_level)
    return app_of(build(settings))
