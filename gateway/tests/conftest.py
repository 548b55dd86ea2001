import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "gateway"))

from gateway_rig import Gateway, Issuer, Services, free_port, running_envoy, settings_for  # noqa: E402

from merge_openapi import HTTP_CONTRACTS, merge  # noqa: E402


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="session")
def services(issuer: Issuer) -> Iterator[Services]:
    with Services(issuer).running() as running:
        yield running


@pytest.fixture(scope="session")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("openapi") / "openapi.json"
    path.write_text(merge(sorted(HTTP_CONTRACTS.glob("*.openapi.json"))), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def gateway(services: Services, openapi: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The gateway as it ships, with one origin allowed and one short timeout."""
    folder = tmp_path_factory.mktemp("gateway")
    settings = settings_for(services, folder / "docs", openapi, cors_origins="https://app.example.org")
    rows = [replace(row, timeout_seconds=0.5) if row.prefix == "/v1/limits" else row for row in settings.table.routes]
    settings = replace(settings, table=replace(settings.table, routes=tuple(rows)))
    with running_envoy(folder, settings) as running:
        yield running


@pytest.fixture(scope="module")
def strained(services: Services, openapi: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with small rate limits, behind TLS for its issuer, whose notify-svc is not there."""
    folder = tmp_path_factory.mktemp("strained")
    settings = settings_for(services, folder / "docs", openapi, subject_rate=1, address_rate=8, notify_port=free_port())
    with running_envoy(folder, settings) as running:
        yield running


@pytest.fixture
def http(gateway: Gateway) -> httpx.Client:
    return gateway.client
