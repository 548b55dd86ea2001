"""Time a payout run: open payables to ledger entries and a checked pain.001 file.

python bench/payout_run.py                       20,000 payables
python bench/payout_run.py --payables 100000     the budget of the architecture: at most 20 seconds, memory flat

The floor, measured in the same run: COPY of the rows that the run has written into bare tables (no keys, no checks,
no triggers), and as many bytes as its bank files have into a file. Whatever else the machine does slows both down.
"""

import argparse
import asyncio
import resource
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from schwifty import IBAN

from kit.clock import FixedClock
from kit.context import Context
from kit.migrations import upgrade
from kit.roles import role_statements
from kit.testing.databases import execute, on_database
from kit.testing.servers import postgres_server
from payout_svc.adapters.transfer_file_store import TransferFileDraft
from payout_svc.bootstrap import Services, build
from payout_svc.domain.payout_run import FilePart, PayoutRun
from payout_svc.domain.run_month import RunMonth
from payout_svc.settings import PayoutSettings
from payout_svc.use_cases.approve_run import approve_run
from payout_svc.use_cases.execute_run import execute_run, post_run
from payout_svc.use_cases.prepare_run import prepare_run

SERVICE = Path(__file__).parents[1] / "services" / "payout-svc"
MONTH = RunMonth(2026, 11)
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
BUDGET_SECONDS = 20.0
BUDGET_PAYABLES = 100_000

LOAD_PAYEES = """
insert into payouts.payee (fund, payee_kind, payee_id, name, name_version, holder, iban, iban_version)
select 'fnm', 'member', id, 'Mario Rossi', 1, 'Mario Rossi', iban, 1 from unnest($1::uuid[], $2::text[]) as p (id, iban)
"""
LOAD_PAYABLES = """
insert into payouts.payable (payable_id, fund, payee_kind, payee_id, source_kind, source_id, reference, article,
                             amount_cents, due_on, recorded_at)
select gen_random_uuid(), 'fnm', 'member', payee_id, 'claim', gen_random_uuid(), 'FNM-2026-000001', '3.6', 9000,
       '2026-11-20', now()
from payouts.payee
"""
LOAD_OPEN = """
insert into payouts.open_payable (payable_id, fund, payee_kind, payee_id, amount_cents, due_on, attempt)
select payable_id, fund, payee_kind, payee_id, amount_cents, due_on, 0 from payouts.payable
"""
LOAD_LEDGER = """
with entry as (
  insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
  select fund, 'claim_settled', source_id, due_on, now() from payouts.payable returning transaction_id, source_id
)
insert into payouts.posting (transaction_id, line, fund, account, party_id, amount_cents)
select entry.transaction_id, side.line, 'fnm', side.account, side.party_id, side.amount_cents
from entry join payouts.payable using (source_id)
cross join lateral (values
  (1, 'expense:3', null::uuid, payable.amount_cents), (2, 'payable:member', payable.payee_id, -payable.amount_cents)
) side (line, account, party_id, amount_cents)
"""
FLOOR_TABLES = ("payout_line", "payout", "payout_payable", "ledger_transaction", "posting", "outbox")


@contextmanager
def timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add the time of a block."""
    started = time.perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - started


class TimedFiles:
    """The service's bank files, with the time that they take."""

    def __init__(self, services: Services, seconds: dict[str, float]) -> None:
        self._files = services.files
        self._seconds = seconds

    @asynccontextmanager
    async def draft(self, run: PayoutRun, part: FilePart) -> AsyncIterator[TransferFileDraft]:
        """Open a timed draft."""
        with timed("bank file: write, check, store", self._seconds):
            async with self._files.draft(run, part) as draft:
                yield draft


def peak_megabytes() -> float:
    """Return the greatest memory of this process so far (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ibans(count: int) -> list[str]:
    """Make valid Italian IBANs."""
    return [str(IBAN.generate("IT", "05428", f"{number:012d}", "11101")) for number in range(1, count + 1)]


@contextmanager
def database(server: str) -> Iterator[str]:
    """Give a migrated database on a server and remove it afterwards."""
    suffix = secrets.token_hex(5)
    name, role = f"mutua_bench_{suffix}", f"mutua_bench_role_{suffix}"
    execute(server, f'create database "{name}"')
    try:
        execute(on_database(server, name), *role_statements(role, "pw", "payouts", name))
        dsn = on_database(server, name, login=f"{role}:pw")
        upgrade(SERVICE, dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
        yield dsn
    finally:
        execute(server, f'drop database "{name}" with (force)', f'drop role "{role}"')


async def load(dsn: str, count: int) -> None:
    """Put members with one payable each, and their ledger entries, into the database."""
    conn = await asyncpg.connect(dsn)
    await conn.execute("select set_config('app.fund', 'fnm', false)")
    await conn.execute(LOAD_PAYEES, [UUID(int=number) for number in range(1, count + 1)], ibans(count))
    await conn.execute(LOAD_PAYABLES)
    await conn.execute(LOAD_OPEN)
    await conn.execute(LOAD_LEDGER)
    await conn.execute(
        "insert into payouts.payment_terms values ('fnm', 'fnm', '2020-01-01', null, 5000, true, '{12}', now())"
    )
    await conn.execute("analyze")
    await conn.close()


async def floor(dsn: str, folder: Path) -> float:
    """Put the rows that the run has written into bare tables, and its bank files into a file; return the seconds."""
    seconds: dict[str, float] = {}
    conn = await asyncpg.connect(dsn)
    await conn.execute("select set_config('app.fund', 'fnm', false)")
    for table in FLOOR_TABLES:
        rows = folder / f"{table}.copy"
        await conn.copy_from_query(f"select * from payouts.{table}", output=rows, format="binary")  # noqa: S608
        await conn.execute(f"create table payouts.floor_{table} as table payouts.{table} with no data")
        with timed("floor", seconds):
            await conn.copy_to_table(f"floor_{table}", schema_name="payouts", source=rows, format="binary")
    size = await conn.fetchval("select sum(size_bytes) from payouts.payout_file")
    with timed("floor", seconds):
        await asyncio.to_thread((folder / "floor.xml").write_bytes, bytes(int(size)))
    await conn.close()
    return seconds["floor"]


def wired(dsn: str, folder: Path) -> Services:
    """Wire payout-svc on the database."""
    settings = PayoutSettings.model_validate(
        {
            "database_url": dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
            "bus_url": "memory://",
            "issuer_url": "none",
            "jwks_url": "none",
            "documents_url": f"file://{folder}",
            "cursor_secret": "bench",
            "debtor_name": "Cassa Integrativa FNM",
            "debtor_iban": "IT60X0542811101000000123456",
        }
    )
    return build(settings, clock=FixedClock(NOW))


async def run(services: Services, count: int) -> dict[str, float]:
    """Prepare, approve and execute; return the seconds of each part."""
    seconds: dict[str, float] = {}
    context = Context(fund="fnm", actor="system:bench", now=NOW)
    with timed("dry run", seconds):
        async with services.uow.begin(context) as tx:
            run = await prepare_run(tx, month=MONTH, prepared_by="paolo")
    async with services.uow.begin(context) as tx:
        await approve_run(tx, run_id=run.run_id, approved_by="anna")
    with timed("post: recheck, payouts, ledger", seconds):
        async with services.uow.begin(context) as tx:
            await post_run(tx, run_id=run.run_id, executed_by="paolo")
    with timed("the rest", seconds):
        files = TimedFiles(services, seconds)
        begin = services.begin(context)
        sent = await execute_run(begin, run_id=run.run_id, executed_by="paolo", files=files)
    seconds["announce: outbox"] = seconds.pop("the rest") - seconds["bank file: write, check, store"]
    if sent.totals.paid_payees != count or not sent.files:
        raise SystemExit(f"paid {sent.totals.paid_payees} of {count}")
    async with services.uow.begin(context) as tx:
        if not (await tx.ledger.check()).balanced:
            raise SystemExit("the ledger is not balanced")
    return seconds


async def measure(dsn: str, count: int, folder: Path) -> None:
    """Print the figures of one run beside its floor."""
    await load(dsn, count)
    services = wired(dsn, folder)
    before, cpu = peak_megabytes(), time.process_time()
    seconds = await run(services, count)
    cpu = time.process_time() - cpu
    grown = peak_megabytes() - before
    await services.uow.database.dispose()
    least = await floor(dsn, folder)
    total = sum(seconds.values())
    for name, spent in seconds.items():
        print(f"  {name:34} {spent:7.2f} s")
    print(f"  {'all of it':34} {total:7.2f} s   {count / total:8.0f} payables/s")
    print(f"  {'of it CPU of this process':34} {cpu:7.2f} s   (the rest is the database, and others on this machine)")
    print(f"  {'floor':34} {least:7.2f} s   {total / least:8.1f} x the floor")
    print(f"  {'memory grown by':34} {grown:7.1f} MB (of {before:.0f} MB after loading)")
    budget = BUDGET_SECONDS * count / BUDGET_PAYABLES
    print(f"  {'budget':34} {budget:7.2f} s   {'kept' if total <= budget else 'NOT KEPT'}")


def main() -> None:
    """Measure on a real server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payables", type=int, default=20_000)
    count: int = parser.parse_args().payables
    with postgres_server() as server, database(server) as dsn, tempfile.TemporaryDirectory() as folder:
        print(f"payout run of {count} payables, one per member")
        asyncio.run(measure(dsn, count, Path(folder)))


if __name__ == "__main__":
    main()
