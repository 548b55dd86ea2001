"""The whole system, started as a user starts it, on ports of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from mutua_local.demo.client import Caller
from mutua_local.login import login, machine_token
from mutua_local.secrets import load_secrets
from mutua_local.settings import Ports

START_SECONDS = 600
STOP_SECONDS = 90


@dataclass(frozen=True, slots=True)
class RunningSystem:
    """A running Mutua: its home folder, its address and the environment of its commands."""

    home: Path
    url: str
    environment: dict[str, str]

    def mutua(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command of the supervisor."""
        command = [sys.executable, "-m", "mutua_local", *arguments]
        return subprocess.run(  # noqa: S603 (our own command)
            command, env=self.environment, capture_output=True, text=True, timeout=seconds, check=False
        )

    def secret(self, name: str) -> str:
        """Return a generated secret."""
        return load_secrets(self.home / "secrets.env", [name])[name]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    names = list(Ports.__dataclass_fields__)
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    home = tmp_path_factory.mktemp("mutua-home")
    environment = {
        **os.environ,
        **{Ports.setting(name): str(port) for name, port in ports.items()},
        "MUTUA_HOME": str(home),
        "NO_COLOR": "1",
    }
    running = RunningSystem(home, f"http://127.0.0.1:{ports['gateway']}", environment)
    started = running.mutua("up", "--detach", seconds=START_SECONDS)
    assert started.returncode == 0, started.stdout + started.stderr
    yield running
    # Not only down: as root the data may lie outside the test's folder.
    stopped = running.mutua("reset", "--yes", seconds=STOP_SECONDS)
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr


@pytest.fixture
async def http(system: RunningSystem) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        yield client


_TOKENS: dict[str, str] = {}


@pytest.fixture
async def mario_token(system: RunningSystem) -> str:
    # Once a system: one address has only so many log-ins a minute.
    if system.url not in _TOKENS:
        tokens = await login(system.url, "mario.rossi", system.secret("DEMO_PASSWORD_MARIO_ROSSI"))
        _TOKENS[system.url] = tokens.access_token
    return _TOKENS[system.url]


@pytest.fixture
async def mario(http: httpx.AsyncClient, mario_token: str) -> Caller:
    return Caller(http, mario_token)


@pytest.fixture
async def office(system: RunningSystem, http: httpx.AsyncClient) -> Caller:
    token = await machine_token(system.url, "fund-admin", system.secret("MACHINE_SECRET_FUND_ADMIN"))
    return Caller(http, token)


@pytest.fixture
def key() -> str:
    return str(uuid4())
