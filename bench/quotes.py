"""How long a member waits for a quote through the gateway, 50 callers at once.

    python bench/quotes.py [--callers 50] [--seconds 15] [--pause 1.0]

Starts a system of its own. Each caller keeps one connection and asks what four services would pay (a visit, glasses,
dental care, orthodontics), one after the other, with a pause between as a person has; then all of them without a pause.
The floor, in the same run and in the same way: the same route refusing an empty body, so that the gateway, the token,
the routing and the answer are there, but no question, no database and no rule.
"""

import argparse
import asyncio
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
from claim_pipeline import System

from mutua_local.demo.client import Caller
from mutua_local.login import login, machine_token
from mutua_local.people import Household, Person
from rules_svc.entrypoints.http.quote_examples import QUOTES

BUDGET_MS = 20.0
WARM_UP = 40
FINE, REFUSED = 200, 422


def request(host: str, token: str, body: bytes) -> bytes:
    """Return a whole request, made once: the bench's own work must not be what is measured."""
    lines = [
        "POST /v1/quotes HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


async def caller(
    port: int, requests: Sequence[bytes], until: float, pause: float, start: float, status: int
) -> list[float]:
    """Ask until the time is over and return each wait in milliseconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(start)
    waits = []
    turn = 0
    while time.perf_counter() < until:
        asked = time.perf_counter()
        writer.write(requests[turn % len(requests)])
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]))
        waits.append((time.perf_counter() - asked) * 1000)
        if int(head.split(b" ", 2)[1]) != status:
            raise RuntimeError(head.decode())
        turn += 1
        if pause:
            await asyncio.sleep(pause)
    writer.close()
    await writer.wait_closed()
    return waits


async def measure(
    name: str, port: int, requests: Sequence[bytes], given: argparse.Namespace, pause: float, status: int = FINE
) -> float:
    """Run all callers, print their percentiles and return the 99th."""
    started = time.perf_counter()
    spread = pause / given.callers
    found = await asyncio.gather(
        *(
            caller(port, requests[index:] + requests[:index], started + given.seconds, pause, spread * index, status)
            for index in range(given.callers)
        )
    )
    waits = sorted(wait for one in found for wait in one)
    p99 = waits[int(len(waits) * 0.99)]
    rate = len(waits) / (time.perf_counter() - started)
    print(f"{name:34} {len(waits):7} {rate:8.0f}/s {statistics.median(waits):8.1f} ms {p99:8.1f} ms")
    return p99


async def prepare(system: System) -> tuple[str, list[bytes]]:
    """Register a member and return an operator's token and the bodies of the questions."""
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as http:
        secret = system.secret("MACHINE_SECRET_FUND_ADMIN")
        office = Caller(http, await machine_token(system.url, "fund-admin", secret))
        person = Person("member", "Mario", "Prova", "M", date(1980, 1, 1))
        household = Household(number=f"Q{secrets.token_hex(3)}", member=person, email="quotes@example.org")
        member = await office.put(f"/v1/members/by-number/{household.number}", household.body())
        password = system.secret("DEMO_PASSWORD_GIULIA_BIANCHI")
        token = (await login(system.url, "giulia.bianchi", password)).access_token
        operator = Caller(http, token)
        day = datetime.now(UTC).date().isoformat()
        known = {"person_id": member["persons"][0]["person_id"], "expense_date": day}
        bodies = [example["value"] | known for example in QUOTES.values()]
        for turn in range(WARM_UP):
            try:
                await operator.post("/v1/quotes", bodies[turn % len(bodies)])
            except RuntimeError:
                # The rules learn of a new member by an event.
                await asyncio.sleep(0.25)
    return token, [json.dumps(body).encode() for body in bodies]


async def run(system: System, given: argparse.Namespace) -> bool:
    """Measure quotes and their floor, paced and not."""
    token, bodies = await prepare(system)
    port = system.ports["gateway"]
    host = f"127.0.0.1:{port}"
    quotes, nothing = [request(host, token, body) for body in bodies], [request(host, token, b"{}")]
    print(f"{given.callers} callers, {given.seconds} s each:{'':10} calls      rate   median         p99")
    floor = await measure(f"floor, {given.pause} s between calls", port, nothing, given, given.pause, REFUSED)
    p99 = await measure(f"quote, {given.pause} s between calls", port, quotes, given, given.pause)
    await measure("floor, no pause", port, nothing, given, 0, REFUSED)
    await measure("quote, no pause", port, quotes, given, 0)
    within = p99 <= BUDGET_MS
    word = "within" if within else "ABOVE"
    print(f"p99 {p99:.1f} ms of {BUDGET_MS:.0f}: {word} the budget, {p99 / floor:.1f} × the floor")
    return within


def main() -> None:
    """Start, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two calls of a caller (1)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutua-bench-") as folder:
        system = System(Path(folder))
        system.mutua("up", "--detach")
        try:
            asyncio.run(run(system, given))
        finally:
            system.mutua("down")


if __name__ == "__main__":
    main()
