"""How many claims a second come in through the gateway, beside a bare endpoint that writes the same rows.

    python bench/claim_intake.py [--claims 400]

Starts a system of its own and sends draft cases with a claim of article 3.4, 16 at once: half of them through the
gateway (token, idempotency, rules of the case, consents, documents, audit, event), half to `intake_floor.py`, a bare
FastAPI endpoint with raw asyncpg on the same database, which checks nothing. In turns of 20, so that a busy machine is
busy for both; the workers stand still meanwhile.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from claim_pipeline import System, prepare, send_all

from mutua_local.demo.client import Caller
from mutua_local.login import login, machine_token
from mutua_local.settings import DATABASE
from mutua_local.state import read_status

BUDGET = 0.6
TURN = 20
WARM_UP = 2 * TURN


@contextmanager
def _floor(system: System) -> Iterator[str]:
    """Run the bare endpoint; return its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    password, postgres = system.secret("POSTGRES_PASSWORD"), system.ports["postgres"]
    dsn = f"postgresql://postgres:{password}@127.0.0.1:{postgres}/{DATABASE}"
    command = [sys.executable, "-m", "uvicorn", "intake_floor:app", "--port", port, "--log-level", "warning"]
    environment = {**os.environ, "FLOOR_DSN": dsn}
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).parent) as process:  # noqa: S603 (ours)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def _workers_stopped(system: System) -> Iterator[None]:
    run = read_status(system.home / "state.json")
    pids = [one.pid for one in run.processes if one.pid and one.name.endswith("-worker")] if run else []
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def _until_up(url: str) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient(base_url=url) as http:
        while True:
            try:
                await http.get("/openapi.json")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


async def _seconds(http: httpx.AsyncClient, token: str, cases: Sequence[str]) -> float:
    started = time.perf_counter()
    await send_all(http, token, cases)
    return time.perf_counter() - started


async def _measure(system: System, claims: int, floor_url: str) -> tuple[float, float]:
    """Return the seconds of each way, for half the claims each."""
    await _until_up(floor_url)
    ours = floor = 0.0
    limits = httpx.Limits(max_connections=32)
    async with (
        httpx.AsyncClient(base_url=system.url, timeout=60, limits=limits) as http,
        httpx.AsyncClient(base_url=floor_url, timeout=60, limits=limits) as bare,
    ):
        office = Caller(http, await machine_token(system.url, "fund-admin", system.secret("MACHINE_SECRET_FUND_ADMIN")))
        token = (await login(system.url, "giulia.bianchi", system.secret("DEMO_PASSWORD_GIULIA_BIANCHI"))).access_token
        cases = await prepare(office, Caller(http, token), claims + WARM_UP)
        with _workers_stopped(system):
            await _seconds(http, token, cases[:TURN])
            await _seconds(bare, token, cases[TURN:WARM_UP])
            for first in range(WARM_UP, len(cases), 2 * TURN):
                ours += await _seconds(http, token, cases[first : first + TURN])
                floor += await _seconds(bare, token, cases[first + TURN : first + 2 * TURN])
    return ours, floor


def main() -> None:
    """Start, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=400)
    claims = parser.parse_args().claims // (2 * TURN) * 2 * TURN
    with tempfile.TemporaryDirectory(prefix="mutua-bench-") as folder:
        system = System(Path(folder))
        system.mutua("up", "--detach")
        try:
            with _floor(system) as url:
                ours, floor = asyncio.run(_measure(system, claims, url))
        finally:
            system.mutua("down")
    half = claims / 2
    print(f"through the gateway {half / ours:.0f}/s, bare endpoint {half / floor:.0f}/s")
    print(f"ratio {floor / ours:.2f} of the bare endpoint (budget {BUDGET})")


if __name__ == "__main__":
    main()
