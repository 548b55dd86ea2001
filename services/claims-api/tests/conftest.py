"""The service on a real database, with its own clock and issuer."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx
import pytest

from claims_api.adapters.fund_terms_file import all_fund_terms
from claims_api.bootstrap import Services, build
from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.sampling import SampleRule
from claims_api.entrypoints.http.app import app_of
from claims_api.settings import Settings
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase, service_database
from kit.testing.tokens import AUDIENCE, ISSUER, TokenFactory

sys.path.insert(0, str(Path(__file__).parent))

from document_samples import ThreadChecker
from factories_claims import Desk, Peers

template, database = service_database(Path(__file__).parents[1], schema="claims")

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sampling(monkeypatch: pytest.MonkeyPatch) -> list[SampleRule]:
    """The rules by which the fund draws claims: none, unless a test adds one. Random ids would draw at random."""
    rules: list[SampleRule] = []
    terms = all_fund_terms()
    monkeypatch.setitem(cast("dict[str, FundTerms]", terms), "fnm", replace(terms["fnm"], sampling=rules))
    return rules


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def peers() -> Peers:
    return Peers()


@pytest.fixture
async def services(
    database: ServiceDatabase, tmp_path: Path, clock: FixedClock, tokens: TokenFactory, peers: Peers
) -> AsyncIterator[Services]:
    settings = Settings.model_validate(
        {
            "database_url": database.url,
            "bus_url": "memory://",
            "issuer_url": ISSUER,
            "jwks_url": f"{ISSUER}/jwks.json",
            "audience": AUDIENCE,
            "documents_url": f"file://{tmp_path / 'documents'}",
            "document_keys": f"1:{'k' * 32}",
            "cursor_secret": "a secret of the tests",
            "rules_url": "http://rules.test",
            "bookings_url": "http://bookings.test",
        }
    )
    built = build(
        settings,
        clock=clock,
        verifier=tokens.verifier,
        checker=ThreadChecker(),
        peers=httpx.MockTransport(peers),
    )
    yield built
    await built.uow.close()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app_of(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://claims.test") as one:
        yield one


@pytest.fixture
def desk(client: httpx.AsyncClient, services: Services, tokens: TokenFactory) -> Desk:
    return Desk(client, services, tokens)
