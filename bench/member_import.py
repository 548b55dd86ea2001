"""Time an employer's feed: from the spooled file to the register with its events and its report.

python bench/member_import.py                  20,000 lines
python bench/member_import.py --lines 100000   the budget: at most 60 seconds, memory flat

The floor, measured in the same run: the same lines put by COPY into a bare table (no keys, no checks, no row-level
security).
"""

import argparse
import asyncio
import hashlib
import io
import resource
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
from stdnum.it import codicefiscale

from claims_api.adapters.import_file import FeedFormat, feed_batches
from claims_api.bootstrap import Services, build
from claims_api.settings import Settings
from claims_api.use_cases.import_members import import_members
from kit.clock import FixedClock
from kit.context import Context
from kit.migrations import upgrade
from kit.roles import role_statements
from kit.testing.databases import execute, on_database
from kit.testing.servers import postgres_server

SERVICE = Path(__file__).parents[1] / "services" / "claims-api"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BUDGET_SECONDS = 60.0
BUDGET_LINES = 100_000
FAMILY = 3
HEAD = "number,relation,first_name,last_name,fiscal_code,birth_date,category,employer,enrolled_on,email"
COLUMNS = HEAD.split(",")
_MONTHS = "ABCDEHLMPRST"
_LETTERS = "BCDFGLMNPRSTVZ"


def fiscal_code(number: int) -> tuple[str, date]:
    """Make a valid code that no other number has, and its birth date."""
    born = date(1950, 1, 1) + timedelta(days=number % 15_000)
    rest = number // 15_000
    name = "".join(_LETTERS[rest // len(_LETTERS) ** place % len(_LETTERS)] for place in range(6))
    stem = f"{name}{born:%y}{_MONTHS[born.month - 1]}{born.day:02d}F205"
    return stem + codicefiscale.calc_check_digit(stem), born


def lines(count: int, employer: str) -> Iterator[str]:
    """Make a feed of members, every third line a child of the one before."""
    yield HEAD
    for number in range(count):
        code, born = fiscal_code(number)
        if number % FAMILY == FAMILY - 1:
            yield f"{number - 1},child,Figlio,Rossi,{code},{born},,,,"
        else:
            yield f"{number},member,Mario,Rossi,{code},{born},employee,{employer},2010-03-01,m{number}@example.org"


def spooled(count: int, employer: str, path: Path) -> str:
    """Write the feed and return its SHA-256."""
    with path.open("w") as file:
        file.writelines(f"{line}\n" for line in lines(count, employer))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def peak_megabytes() -> float:
    """Return the greatest memory of this process so far (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def database(server: str) -> Iterator[str]:
    """Give a migrated database on a server and remove it afterwards."""
    suffix = secrets.token_hex(5)
    name, role = f"mutua_bench_{suffix}", f"mutua_bench_role_{suffix}"
    execute(server, f'create database "{name}"')
    try:
        execute(on_database(server, name), *role_statements(role, "pw", "claims", name))
        dsn = on_database(server, name, login=f"{role}:pw")
        upgrade(SERVICE, dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
        yield dsn
    finally:
        execute(server, f'drop database "{name}" with (force)', f'drop role "{role}"')


def wired(dsn: str) -> Services:
    """Wire claims-api on the database."""
    settings = Settings.model_validate(
        {
            "database_url": dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
            "bus_url": "memory://",
            "issuer_url": "none",
            "jwks_url": "none",
            "documents_url": "memory://",
            "cursor_secret": "bench",
            "document_keys": "1:" + "x" * 32,
            "rules_url": "http://127.0.0.1:9",
            "bookings_url": "http://127.0.0.1:9",
        }
    )
    return build(settings, clock=FixedClock(NOW))


async def run(services: Services, path: Path, sha256: str, *, dry_run: bool) -> float:
    """Import the file; return the seconds, commit included."""
    started = time.perf_counter()
    with path.open("rb") as spool:
        async with services.uow.begin(Context(fund="fnm", actor="system:bench", now=NOW)) as tx:
            batches = feed_batches(spool, FeedFormat.CSV, today=NOW.date())
            done = await import_members(tx, sha256=sha256, dry_run=dry_run, batches=batches)
    if done.report.counts.get("fault") or done.repeated:
        raise SystemExit(f"the feed was not taken: {done.report}")
    return time.perf_counter() - started


async def floor(dsn: str, path: Path) -> float:
    """COPY the same lines into a bare table; return the seconds."""
    content = io.BytesIO(await asyncio.to_thread(path.read_bytes))
    conn = await asyncpg.connect(dsn)
    await conn.execute(f"create table claims.floor ({', '.join(f'{name} text' for name in COLUMNS)})")
    started = time.perf_counter()
    await conn.copy_to_table("floor", source=content, schema_name="claims", format="csv")
    seconds = time.perf_counter() - started
    await conn.close()
    return seconds


async def measure(dsn: str, count: int, folder: Path) -> None:
    """Print the figures of one run beside its floor."""
    services = wired(dsn)
    first, second = folder / "first.csv", folder / "second.csv"
    hashes = spooled(count, "FNM", first), spooled(count, "Trenord", second)
    before, cpu = peak_megabytes(), time.process_time()
    steps = {
        "dry run, all lines new": await run(services, first, hashes[0], dry_run=True),
        "applied, all lines new": await run(services, first, hashes[0], dry_run=False),
        "applied, all members changed": await run(services, second, hashes[1], dry_run=False),
    }
    cpu, grown = time.process_time() - cpu, peak_megabytes() - before
    await services.uow.database.dispose()
    least = await floor(dsn, first)
    slowest = max(steps.values())
    for name, spent in steps.items():
        print(f"  {name:34} {spent:7.2f} s   {count / spent:8.0f} lines/s   {spent / least:6.1f} x the floor")
    print(f"  {'floor: COPY of the same lines':34} {least:7.2f} s")
    print(f"  {'CPU of this process, all three':34} {cpu:7.2f} s   (the rest is the database, and others here)")
    print(f"  {'memory grown by':34} {grown:7.1f} MB (of {before:.0f} MB before)")
    budget = BUDGET_SECONDS * count / BUDGET_LINES
    print(f"  {'budget of each':34} {budget:7.2f} s   {'kept' if slowest <= budget else 'NOT KEPT'}")


def main() -> None:
    """Measure on a real server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000)
    count: int = parser.parse_args().lines

    with postgres_server() as server, database(server) as dsn, tempfile.TemporaryDirectory() as folder:
        print(f"employer feed of {count} lines")
        asyncio.run(measure(dsn, count, Path(folder)))


if __name__ == "__main__":
    main()
