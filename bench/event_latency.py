"""How long after a commit another service has acted on its event, on a system that is otherwise idle.

    python bench/event_latency.py [--claims 100]

Starts a system of its own and submits claims of article 3.4 through the gateway, one after the other with a pause. The
clock runs from the answer, which follows the commit at once, until the decision of rules-svc is committed: outbox,
relay, bus, inbox, evaluation. The floor, in the same run: until a commit of one connection is seen by another one that
looks in the same way.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx
from claim_pipeline import System, prepare, send

from mutua_local.demo.client import Caller
from mutua_local.login import login, machine_token

BUDGET_P50_MS, BUDGET_P99_MS = 30.0, 150.0
PAUSE_SECONDS = 0.5
LOOK_SECONDS = 0.001
PATIENCE_SECONDS = 60.0
_ACTED = """
    select exists (
        select from rules.decision d join claims.claim c on c.claim_id = d.subject_id where c.case_id = $1::uuid
    )
"""


async def _until(conn: asyncpg.Connection, question: str, *about: object) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await conn.fetchval(question, *about):
                return
            await asyncio.sleep(LOOK_SECONDS)


async def _floor(system: System, times: int) -> list[float]:
    """Return the milliseconds until another connection sees a commit."""
    writer, reader = await system.superuser(), await system.superuser()
    await writer.execute("create table public.bench_mark (n integer)")
    waits = []
    for n in range(times):
        await writer.execute("insert into public.bench_mark values ($1)", n)
        started = time.perf_counter()
        await _until(reader, "select exists (select from public.bench_mark where n = $1)", n)
        waits.append(1000 * (time.perf_counter() - started))
    await writer.execute("drop table public.bench_mark")
    await writer.close()
    await reader.close()
    return waits


async def _measure(system: System, claims: int) -> tuple[list[float], list[float]]:
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as http:
        office = Caller(http, await machine_token(system.url, "fund-admin", system.secret("MACHINE_SECRET_FUND_ADMIN")))
        token = (await login(system.url, "giulia.bianchi", system.secret("DEMO_PASSWORD_GIULIA_BIANCHI"))).access_token
        cases = await prepare(office, Caller(http, token), claims)
        conn = await system.superuser()
        waits = []
        for case in cases:
            await asyncio.sleep(PAUSE_SECONDS)
            await send(http, token, case)
            started = time.perf_counter()
            await _until(conn, _ACTED, case)
            waits.append(1000 * (time.perf_counter() - started))
        await conn.close()
    # What the first ones have to load is not what an idle system waits for.
    return waits[len(waits) // 10 :], await _floor(system, claims)


def _say(name: str, waits: list[float]) -> None:
    p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
    print(f"{name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def main() -> None:
    """Start, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100)
    claims = parser.parse_args().claims
    with tempfile.TemporaryDirectory(prefix="mutua-bench-") as folder:
        system = System(Path(folder))
        system.mutua("up", "--detach")
        try:
            waits, floor = asyncio.run(_measure(system, claims))
        finally:
            system.mutua("down")
    _say(f"commit → decided by the rules (budget {BUDGET_P50_MS:.0f} and {BUDGET_P99_MS:.0f} ms)", waits)
    _say("floor, commit → seen by another connection", floor)


if __name__ == "__main__":
    main()
