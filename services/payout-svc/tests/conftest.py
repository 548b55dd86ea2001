"""A migrated database, the wired service on it, and its application."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from payout_factories import FundDriver

from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase, service_database
from kit.testing.tokens import ISSUER, TokenFactory
from payout_svc.bootstrap import Services, build
from payout_svc.entrypoints.http.app import app_of
from payout_svc.settings import PayoutSettings

template, database = service_database(Path(__file__).parents[1], schema="payouts")

MONTH_END = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONTH_END)


@pytest.fixture
def settings(database: ServiceDatabase, tmp_path: Path) -> PayoutSettings:
    return PayoutSettings.model_validate(
        {
            "database_url": database.url,
            "bus_url": "memory://",
            "issuer_url": ISSUER,
            "jwks_url": f"{ISSUER}/jwks.json",
            "documents_url": f"file://{tmp_path}",
            "cursor_secret": "cursor secret of the tests",
            "debtor_name": "Cassa Integrativa FNM",
            "debtor_iban": "IT60X0542811101000000123456",
            "debtor_bic": "BLOPIT22XXX",
        }
    )


@pytest.fixture
async def services(settings: PayoutSettings, clock: FixedClock) -> AsyncIterator[Services]:
    wired = build(settings, clock=clock)
    yield wired
    await wired.uow.close()


@pytest.fixture
async def fund(services: Services) -> FundDriver:
    driver = FundDriver(services)
    await driver.publish_terms()
    return driver


@pytest.fixture
async def client(services: Services, tokens: TokenFactory) -> AsyncIterator[AsyncClient]:
    app = app_of(services, verifier=tokens.verifier)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://payouts.test") as http:
        yield http
