"""What one claim costs: from submission through the gateway to an open payable, all services together.

    python bench/claim_pipeline.py [--claims 400]

Starts a system of its own, sends tickets of article 3.4 with 16 requests at once, waits until each is payable, and
prints CPU and SQL statements per claim by process. The floor, in the same run: the CPU of the same number of reads of
one prepared row through asyncpg. openIMIS 1.11 needs 96 ms of CPU and 145 statements for its own submit and process.
"""

import argparse
import asyncio
import os
import resource
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from mutua_local.demo.claims_story import CARDIOLOGIST, CONSENTS
from mutua_local.demo.client import Caller
from mutua_local.demo.papers import paper
from mutua_local.login import login, machine_token
from mutua_local.people import Household, Person
from mutua_local.secrets import load_secrets
from mutua_local.settings import DATABASE, Ports
from mutua_local.state import read_status

CONCURRENCY = 16
MEMBERS = 20
TRIES = 20
TICK = os.sysconf("SC_CLK_TCK")
OPENIMIS_CPU_MS, OPENIMIS_STATEMENTS = 96, 145


class System:
    """A running system on free ports."""

    def __init__(self, home: Path) -> None:
        names = list(Ports.__dataclass_fields__)
        with ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket()) for _ in names]
            for one in sockets:
                one.bind(("127.0.0.1", 0))
            self.ports = {name: one.getsockname()[1] for name, one in zip(names, sockets, strict=True)}
        self.home = home
        self.url = f"http://127.0.0.1:{self.ports['gateway']}"
        settings = {Ports.setting(name): str(port) for name, port in self.ports.items()}
        rates = {"MUTUA_SUBJECT_RATE": "100000", "MUTUA_ADDRESS_RATE": "100000"}
        self.environment = {**os.environ, **settings, **rates, "MUTUA_HOME": str(home), "LOG_LEVEL": "WARNING"}

    def mutua(self, *arguments: str) -> None:
        """Run a command of the supervisor."""
        command = [sys.executable, "-m", "mutua_local", *arguments]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (ours)

    def secret(self, name: str) -> str:
        """Return a generated secret."""
        return load_secrets(self.home / "secrets.env", [name])[name]

    async def superuser(self) -> asyncpg.Connection:
        """Connect as the database's superuser."""
        return await asyncpg.connect(
            host="127.0.0.1",
            port=self.ports["postgres"],
            user="postgres",
            password=self.secret("POSTGRES_PASSWORD"),
            database=DATABASE,
        )

    def cpu_seconds(self) -> dict[str, float]:
        """Return the CPU that each process and its children have used."""
        run = read_status(self.home / "state.json")
        pids = {one.name: one.pid for one in run.processes if one.pid} if run else {}
        return {name: sum(_cpu(pid) for pid in _tree(pid)) for name, pid in pids.items()}


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    # utime, stime and those of children that have ended
    return sum(int(value) for value in fields[11:15]) / TICK


async def _count_statements(system: System) -> None:
    conn = await system.superuser()
    await conn.execute("alter system set shared_preload_libraries = 'pg_stat_statements'")
    await conn.close()
    system.mutua("down")
    system.mutua("up", "--detach")
    conn = await system.superuser()
    await conn.execute("create extension pg_stat_statements")
    await conn.close()


async def _statements(system: System) -> dict[str, int]:
    conn = await system.superuser()
    rows = await conn.fetch(
        """
        select r.rolname, sum(s.calls)::bigint as calls from pg_stat_statements s join pg_roles r on r.oid = s.userid
        where s.query !~* '^(begin|commit|rollback|start|listen|unlisten|set|notify|select pg_advis|select set_config)'
        group by 1
        """
    )
    await conn.close()
    return {row["rolname"]: row["calls"] for row in rows if row["rolname"] != "postgres"}


async def prepare(office: Caller, operator: Caller, claims: int) -> list[str]:
    """Register members and put one claim into each of many draft cases; return the cases."""
    day = time.strftime("%Y-%m-%d")
    run = secrets.token_hex(3)
    cases: list[str] = []
    for number in range(MEMBERS):
        person = Person("member", "Mario", f"Prova{chr(97 + number)}", "M", date(1970, 1, 1) + timedelta(days=number))
        household = Household(number=f"B{run}{number}", member=person, email=f"b{run}{number}@example.org")
        member = await office.put(f"/v1/members/by-number/{household.number}", household.body())
        await _consent(operator, member["member_id"])
        receipt = await _receipt(operator, member["member_id"], number)
        for index in range(claims // MEMBERS):
            case = await _draft(operator, member, day, f"{run}-{number}-{index}", receipt)
            cases.append(case)
    return cases


async def _consent(operator: Caller, member_id: str) -> None:
    """Let the office file for the member, which it may not without a consent."""
    path = f"/v1/members/{member_id}/filing-consents"
    text = await operator.get(path)
    await operator.post(path, {"way": "in_person", "version": text["version"]})


async def _receipt(operator: Caller, member_id: str, number: int) -> str:
    lines: list[tuple[str, int | None]] = [(f"Ticket SSN {number}", 3600)]
    sheet = paper(
        title="Ricevuta", issuer="ASST", issuer_line="", holder="", fiscal_code="", day=date(2026, 1, 1), lines=lines
    )
    return await operator.upload("ticket_receipt", "ticket.pdf", sheet, member_id=member_id)


async def _draft(operator: Caller, member: dict[str, Any], day: str, document: str, receipt: str) -> str:
    case = await operator.post("/v1/cases", {"member_id": member["member_id"], "channel": "portal"})
    await operator.post(
        f"/v1/cases/{case['case_id']}/claims",
        {
            "person_id": member["persons"][0]["person_id"],
            "article": "3.4",
            "document_number": document,
            "document_date": day,
            "amount_cents": 3600,
            "ssn_ticket": True,
            "provider": CARDIOLOGIST | {"kind": "public"},
            "service": "visita specialistica",
            "documents": [{"document_id": receipt}],
        },
    )
    return str(case["case_id"])


async def send(http: httpx.AsyncClient, token: str, case: str) -> int:
    """Send a case; return how often the gateway asked to try again, which a busy machine makes it do."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"submit-{case}"}
    for again in range(TRIES):
        answer = await http.post(f"/v1/cases/{case}/submit", json=CONSENTS, headers=headers)
        if answer.status_code not in {502, 503, 504}:
            answer.raise_for_status()
            return again
        await asyncio.sleep(1)
    raise TimeoutError(f"the gateway did not take a case in {TRIES} tries")


async def send_all(http: httpx.AsyncClient, token: str, cases: Sequence[str]) -> int:
    """Send cases, some at once; return how often one was sent again."""
    gate = asyncio.Semaphore(CONCURRENCY)

    async def one(case: str) -> int:
        async with gate:
            return await send(http, token, case)

    return sum(await asyncio.gather(*(one(case) for case in cases)))


async def _until_payable(system: System, expected: int) -> None:
    conn = await system.superuser()
    try:
        for _ in range(1200):
            if await conn.fetchval("select count(*) from payouts.payable") >= expected:
                return
            await asyncio.sleep(0.1)
        raise TimeoutError("the claims did not become payable within two minutes")
    finally:
        await conn.close()


async def _floor_cpu(system: System, reads: int) -> float:
    """Return the client CPU of the same number of single-row reads."""
    conn = await system.superuser()
    statement = await conn.prepare("select member_id from claims.member limit 1")
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(reads):
        await statement.fetchrow()
    after = resource.getrusage(resource.RUSAGE_SELF)
    await conn.close()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def _measure(system: System, claims: int) -> None:
    await _count_statements(system)
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as http:
        office = Caller(http, await machine_token(system.url, "fund-admin", system.secret("MACHINE_SECRET_FUND_ADMIN")))
        password = system.secret("DEMO_PASSWORD_GIULIA_BIANCHI")
        token = (await login(system.url, "giulia.bianchi", password)).access_token
        operator = Caller(http, token)
        cases = await prepare(office, operator, claims)
        await asyncio.sleep(2)
        conn = await system.superuser()
        await conn.execute("select pg_stat_statements_reset()")
        await conn.close()
        before, started = system.cpu_seconds(), time.perf_counter()
        again = await send_all(http, token, cases)
        submitted = time.perf_counter() - started
        await _until_payable(system, len(cases))
        elapsed = time.perf_counter() - started
        after = system.cpu_seconds()
        statements = await _statements(system)
    floor = await _floor_cpu(system, len(cases))
    if again:
        print(f"{again} requests had to be sent again: the machine is too busy for the gateway's 5 seconds")
    _report(
        len(cases), submitted, elapsed, {name: after[name] - before.get(name, 0) for name in after}, statements, floor
    )


def _report(
    claims: int,
    submitted: float,
    elapsed: float,
    cpu: dict[str, float],
    statements: dict[str, int],
    floor: float,
) -> None:
    print(
        f"{claims} claims: submitted in {submitted:.1f} s ({claims / submitted:.0f}/s), payable after {elapsed:.1f} s"
    )
    services = 0.0
    for name, seconds in sorted(cpu.items(), key=lambda item: -item[1]):
        each = 1000 * seconds / claims
        services += each if name not in {"postgres", "mailbox"} else 0
        print(f"  {name:<16} {each:7.2f} ms CPU per claim")
    total = sum(statements.values()) / claims
    for role, calls in sorted(statements.items()):
        print(f"  {role:<16} {calls / claims:7.2f} statements per claim")
    print(f"services together: {services:.2f} ms CPU ({OPENIMIS_CPU_MS / services:.0f} x less than openIMIS),", end=" ")
    print(f"{total:.1f} statements ({OPENIMIS_STATEMENTS / total:.0f} x fewer)")
    print(f"floor: one prepared read per claim costs its client {1000 * floor / claims:.3f} ms CPU")


def main() -> None:
    """Start, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=400)
    claims = parser.parse_args().claims
    with tempfile.TemporaryDirectory(prefix="mutua-bench-") as folder:
        system = System(Path(folder))
        system.mutua("up", "--detach")
        try:
            asyncio.run(_measure(system, claims))
        finally:
            system.mutua("down")


if __name__ == "__main__":
    main()
