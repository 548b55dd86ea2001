"""Time the search of the network: nearest, cheapest, by name, on a network of a whole country.

python bench/facility_search.py                        50,000 facilities, the budget of p99 <= 50 ms
python bench/facility_search.py --facilities 5000

The floor, measured in the same run on the same connection: one facility read by its primary key, in its transaction.
"""

import argparse
import asyncio
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text

from booking_api.bootstrap import Services, build
from booking_api.domain.facility_search import FacilitySearch, Near, SlotWindow, Sort
from booking_api.settings import BookingSettings
from kit.clock import FixedClock
from kit.context import Context
from kit.migrations import upgrade
from kit.roles import role_statements
from kit.testing.databases import execute, on_database
from kit.testing.servers import postgres_server

SERVICE = Path(__file__).parents[1] / "services" / "booking-api"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BUDGET_MS = 50.0
PAGE = 51

# Town, latitude, longitude, share of the network: most facilities stand where most people live.
TOWNS = (
    ("Milano", 45.4642, 9.1900, 16), ("Roma", 41.9028, 12.4964, 16), ("Napoli", 40.8518, 14.2681, 9),
    ("Torino", 45.0703, 7.6869, 8), ("Bologna", 44.4949, 11.3426, 5), ("Firenze", 43.7696, 11.2558, 5),
    ("Palermo", 38.1157, 13.3615, 5), ("Genova", 44.4056, 8.9463, 4), ("Bari", 41.1171, 16.8719, 4),
    ("Saronno", 45.6255, 9.0369, 3), ("Varese", 45.8206, 8.8251, 3), ("Como", 45.8081, 9.0852, 3),
    ("Bergamo", 45.6983, 9.6773, 3), ("Brescia", 45.5416, 10.2118, 3), ("Verona", 45.4384, 10.9916, 3),
    ("Padova", 45.4064, 11.8768, 3), ("Catania", 37.5079, 15.0830, 3), ("Cagliari", 39.2238, 9.1217, 4),
)  # fmt: skip
SERVICES = ("VIS-CARD", "VIS-ORTH", "VIS-DERM", "VIS-EYE", "VIS-GYN", "DIA-XRAY", "DIA-MRI", "DIA-LAB", "DEN-1001")
WORDS = ("centro", "studio", "medica", "clinica", "san", "salute", "diagnostica", "dentale", "poliambulatorio")


@contextmanager
def database(server: str, schema: str = "bookings", service: Path = SERVICE) -> Iterator[str]:
    """Give a service's migrated database on a server and remove it afterwards."""
    suffix = secrets.token_hex(5)
    name, role = f"mutua_bench_{suffix}", f"mutua_bench_role_{suffix}"
    execute(server, f'create database "{name}"')
    try:
        execute(on_database(server, name), *role_statements(role, "pw", schema, name))
        dsn = on_database(server, name, login=f"{role}:pw")
        upgrade(service, dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
        yield dsn
    finally:
        execute(server, f'drop database "{name}" with (force)', f'drop role "{role}"')


async def load(dsn: str, count: int, chance: random.Random) -> None:
    """Put a network of three services a facility into the database."""
    facilities, prices, words = [], [], []
    for number in range(1, count + 1):
        facility_id = UUID(int=number)
        [(town, latitude, longitude, _)] = chance.choices(TOWNS, weights=[share for *_, share in TOWNS])
        name = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}"
        point = (latitude + chance.gauss(0, 0.08), longitude + chance.gauss(0, 0.11))
        place = ("Via 1", town, town.lower(), *point)
        facilities.append((facility_id, "fnm", f"f-{number}", name, *place, "IT", "green", "[]"))
        offered = chance.sample(SERVICES, 3)
        prices += [(facility_id, code, date(2024, 1, 1), "fnm", chance.randrange(3_000, 20_000)) for code in offered]
        words += [(facility_id, "name", word, "fnm") for word in {*name.split()}]
    slots = [
        (UUID(int=number), UUID(int=facility[0].int), "fnm", offer[1], "", NOW + timedelta(days=day, hours=hour), False)
        for number, (facility, offer, day, hour) in enumerate(_times(facilities, prices, chance), start=1)
    ]
    conn = await asyncpg.connect(dsn)
    await conn.execute("select set_config('app.fund', 'fnm', false)")
    columns = "facility_id fund code name street town town_key latitude longitude iban badge doctors"
    for table, names, rows in (
        ("facility", columns, facilities),
        ("agreed_service", "facility_id service_code valid_from fund price_cents", prices),
        ("facility_word", "facility_id kind word fund", words),
        ("slot", "slot_id facility_id fund service_code doctor starts_at withdrawn", slots),
    ):
        marks = ", ".join(f"${i}" for i in range(1, len(names.split()) + 1))
        insert = f"insert into bookings.{table} ({', '.join(names.split())}) values ({marks})"  # noqa: S608 (constants)
        await conn.executemany(insert, rows)
    await conn.execute("vacuum analyze")
    await conn.close()


def _times(facilities: list[Any], prices: list[Any], chance: random.Random) -> Iterator[tuple[Any, Any, int, int]]:
    """Every fifth facility publishes twenty slots of each of its services in the next weeks."""
    by_facility: dict[UUID, list[Any]] = {}
    for price in prices:
        by_facility.setdefault(price[0], []).append(price)
    for facility in facilities[::5]:
        for offer in by_facility[facility[0]]:
            moments = chance.sample([(day, hour) for day in range(1, 31) for hour in range(11)], 20)
            yield from ((facility, offer, day, hour) for day, hour in moments)


def wired(dsn: str, folder: Path) -> Services:
    """Wire booking-api on the database."""
    settings = BookingSettings.model_validate(
        {
            "database_url": dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
            "bus_url": "memory://",
            "issuer_url": "none",
            "jwks_url": "http://127.0.0.1/none",
            "documents_url": folder.as_uri(),
            "cursor_secret": "bench",
            "rules_url": "http://127.0.0.1:9",
            "pass_keys": secrets.token_urlsafe(32),
        }
    )
    return build(settings, clock=FixedClock(NOW))


def searches(chance: random.Random) -> dict[str, Callable[[], FacilitySearch]]:
    """Return the kinds of searches; each call asks from another place."""

    def near(radius_km: int) -> Near:
        _, latitude, longitude, _ = chance.choice(TOWNS)
        return Near(latitude + chance.gauss(0, 0.05), longitude + chance.gauss(0, 0.05), radius_km * 1000)

    window = SlotWindow(NOW, NOW + timedelta(days=60))
    evening = SlotWindow(NOW, NOW + timedelta(days=3), late=True, filters=True)
    base = FacilitySearch(Sort.DISTANCE, limit=PAGE, window=window)
    return {
        "nearest for a service, 25 km": lambda: replace(base, near=near(25), service_code=chance.choice(SERVICES)),
        "nearest, 25 km, free after 18": lambda: replace(
            base, near=near(25), service_code=chance.choice(SERVICES), window=evening
        ),
        "first free slot, 25 km": lambda: replace(
            base, sort=Sort.FIRST, near=near(25), service_code=chance.choice(SERVICES)
        ),
        "nearest of all, 25 km": lambda: replace(base, near=near(25)),
        "nearest of a type, 25 km": lambda: replace(base, near=near(25), service_codes=SERVICES[:5]),
        "cheapest within 25 km": lambda: replace(
            base, sort=Sort.PRICE, near=near(25), service_code=chance.choice(SERVICES)
        ),
        "cheapest of the country": lambda: replace(base, sort=Sort.PRICE, service_code=chance.choice(SERVICES)),
        "by name in a town": lambda: replace(base, sort=Sort.NAME, town=chance.choice(TOWNS)[0]),
        "by words of the name": lambda: replace(
            base, sort=Sort.NAME, name=f"{chance.choice(WORDS)} {chance.randint(1, 99)}"
        ),
    }


async def measure(call: Callable[[], Awaitable[object]], times: int) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds."""
    for _ in range(20):
        await call()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(spent, n=100, method="inclusive")
    return cuts[49], cuts[98]


async def run(dsn: str, count: int, times: int, folder: Path) -> bool:
    """Print the figures beside the floor; say whether the budget was kept."""
    chance = random.Random(1)
    await load(dsn, count, chance)
    services = wired(dsn, folder)
    context = Context(fund="fnm", actor="system:bench", now=NOW)
    by_key = text("select facility_id from bookings.facility where facility_id = :id")

    async def floor() -> None:
        async with services.uow.begin(context) as tx:
            await tx.conn.execute(by_key, {"id": UUID(int=chance.randint(1, count))})

    least, worst = await measure(floor, times), 0.0
    print(f"  {'':32} {'p50':>8} {'p99':>8}   x floor (p50)")
    print(f"  {'floor: one row by its key':32} {least[0]:8.2f} {least[1]:8.2f}")
    for name, draw in searches(chance).items():

        async def search(draw: Callable[[], FacilitySearch] = draw) -> None:
            async with services.uow.begin(context) as tx:
                await tx.facilities.search(draw())

        p50, p99 = await measure(search, times)
        worst = max(worst, p99)
        print(f"  {name:32} {p50:8.2f} {p99:8.2f}   {p50 / least[0]:6.1f}")
    await services.uow.database.dispose()
    print(f"  budget p99 {BUDGET_MS:.0f} ms: {'kept' if worst <= BUDGET_MS else 'NOT KEPT'} (worst {worst:.1f} ms)")
    return worst <= BUDGET_MS


def main() -> None:
    """Measure on a real server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facilities", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=300, help="searches of each kind")
    options = parser.parse_args()
    with postgres_server() as server, database(server) as dsn, tempfile.TemporaryDirectory() as folder:
        print(f"search of {options.facilities} facilities, {PAGE - 1} a page, milliseconds")
        asyncio.run(run(dsn, options.facilities, options.times, Path(folder)))


if __name__ == "__main__":
    main()
