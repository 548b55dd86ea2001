"""The service on a real database, its plan, and the requests that tests make."""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase, service_database
from kit.testing.tokens import AUDIENCE, ISSUER, TokenFactory
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.bootstrap import Services, build
from rules_svc.domain.plan import Plan
from rules_svc.entrypoints.http.app import app_of
from rules_svc.settings import RulesSettings

sys.path.insert(0, str(Path(__file__).parent))

from factories_rules import Desk

template, database = service_database(Path(__file__).parents[1], schema="rules")

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def source() -> PlanSource:
    return read_plan_file(plan_files("fnm")[-1])


@pytest.fixture(scope="session")
def plan(source: PlanSource) -> Plan:
    return compile_plan(source)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def services(database: ServiceDatabase, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Services]:
    settings = RulesSettings.model_validate(
        {
            "database_url": database.url,
            "bus_url": "memory://",
            "issuer_url": ISSUER,
            "jwks_url": f"{ISSUER}/jwks.json",
            "audience": AUDIENCE,
            "documents_url": f"file://{tmp_path / 'documents'}",
            "cursor_secret": "a secret of the tests",
            "database_pool_size": 16,
        }
    )
    built = build(settings, clock=clock)
    yield built
    await built.uow.close()


@pytest.fixture
async def desk(services: Services, source: PlanSource) -> Desk:
    made = Desk(services)
    await made.publish(source)
    return made


@pytest.fixture
async def client(services: Services, tokens: TokenFactory) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app_of(services, verifier=tokens.verifier))
    async with httpx.AsyncClient(transport=transport, base_url="http://rules.test") as one:
        yield one
