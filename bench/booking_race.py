"""Two hundred members race for one slot and for one limit: one booking, and no cent above the ceiling.

python bench/booking_race.py [--members 200]

booking-api and rules-svc on a real server, each in its own database, events carried between them many at once. The
floor, in the same run: as many single rows read by their key over the same connections.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from facility_search import database
from sqlalchemy import text

from booking_api import bootstrap as bookings
from booking_api.domain.errors import SlotTaken
from booking_api.domain.facility import Address, AgreedService, Badge, Facility
from booking_api.domain.member import Family, MemberFacts, Person
from booking_api.domain.slot import SlotTime
from booking_api.domain.viewer import Viewer
from booking_api.domain.wish import BookingWish
from booking_api.entrypoints.consumers import consumers as booking_consumers
from booking_api.settings import BookingSettings
from booking_api.use_cases.request_booking import request_booking
from kit.clock import FixedClock
from kit.context import Context
from kit.events import Envelope
from kit.inbox import Inbox
from kit.testing.servers import postgres_server
from rules_svc import bootstrap as rules
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_files import plan_files, read_plan_file
from rules_svc.entrypoints.consumers import CONSUMED as RULES_CONSUMED
from rules_svc.settings import RulesSettings
from rules_svc.use_cases.publish_plan import publish_plan

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
AT = datetime(2026, 12, 16, 9, tzinfo=UTC)
CLOCK = FixedClock(NOW)
CONTEXT = Context(fund="fnm", actor="system:bench", now=NOW)
PLACE, SLOT, PRICE = UUID(int=1), "VIS-CARD", 12_000
GLASSES, GLASSES_PRICE = "OPT-GLASSES", 20_000
POOL = 16


@dataclass
class Town:
    """Both services on their databases, and the events that go between them."""

    bookings: bookings.Services
    rules: rules.Services

    async def carry(self, source: Any, target: Inbox[Any], kind: str, done: set[str]) -> int:
        """Hand events of a kind from one outbox to an inbox, all at once; return how many were new."""
        async with source.uow.begin(CONTEXT) as tx:
            rows = (await tx.conn.execute(_OUTBOX, {"kind": kind})).mappings().all()
        new = [row for row in rows if str(row["id"]) not in done]
        done |= {str(row["id"]) for row in new}
        await asyncio.gather(*(target.handle([_envelope(row)]) for row in new))
        return len(new)


_OUTBOX = text("select id, type, subject, fund, data from outbox where type = :kind order by seq")


def _envelope(row: Any) -> Envelope:
    data = row["data"] if isinstance(row["data"], dict) else orjson.loads(row["data"])
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    kind, source = row["type"], row["type"].split(".")[0]
    return Envelope(row["id"], kind, source, row["subject"], NOW, row["fund"], trace, data)


def _settings(dsn: str, folder: Path) -> dict[str, Any]:
    return {
        "database_url": dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
        "bus_url": "memory://",
        "issuer_url": "none",
        "jwks_url": "http://127.0.0.1/none",
        "documents_url": folder.as_uri(),
        "cursor_secret": "bench",
        "database_pool_size": POOL,
    }


def _family(number: int) -> Family:
    member_id, person_id = UUID(int=10_000 + number), UUID(int=20_000 + number)
    facts = MemberFacts("employee", date(2010, 3, 1), date(2010, 1, 11), None, date(1975, 6, 15))
    person = Person(
        person_id=person_id,
        member_id=member_id,
        relation="member",
        first_name="Mario",
        last_name=f"Rossi {number}",
        birth_date=date(1975, 6, 15),
        disabled_104=False,
        fiscally_dependent=None,
        valid_from=date(2010, 3, 1),
        valid_to=None,
    )
    return Family(member_id, 1, facts, (person,))


def _wish(number: int, service: str, at: datetime, slot_id: UUID | None) -> BookingWish:
    return BookingWish(
        person_id=UUID(int=20_000 + number),
        facility_id=PLACE,
        service_code=service,
        doctor=None,
        appointment_at=at,
        phone="+39 333 1",
        prescription_document_id=UUID(int=3),
        already_agreed=True,
        slot_id=slot_id,
    )


async def prepare(town: Town, members: int) -> UUID:
    """Publish the plan to both, open a facility with one slot, and enrol the members; return the slot."""
    async with town.rules.uow.begin(CONTEXT) as tx:
        await publish_plan(tx, draft=FileDraft(read_plan_file(plan_files("fnm")[-1]), {}))
    heard = Inbox(uow=town.bookings.uow, consumers=booking_consumers(town.bookings), clock=CLOCK)
    await town.carry(town.rules, heard, "rules.plan_published.v1", set())
    prices = tuple(
        AgreedService(code, cents, date(2026, 1, 1), None) for code, cents in ((SLOT, PRICE), (GLASSES, GLASSES_PRICE))
    )
    place = Facility(PLACE, "bench", "Bench", Address("Via 1", "Milano"), None, "IT", Badge.GREEN, prices, ())
    async with town.bookings.uow.begin(CONTEXT) as tx:
        await tx.facilities.put(place)
        [slot_id] = await tx.slots.offer(PLACE, [SlotTime(SLOT, AT)])
        for number in range(members):
            await tx.members.put(_family(number))
    return slot_id


async def race_for_slot(town: Town, members: int, slot_id: UUID) -> Counter[str]:
    """Let every member ask for the same time."""

    async def ask(number: int) -> str:
        try:
            await _request(town, _wish(number, SLOT, AT, slot_id))
        except SlotTaken:
            return "taken"
        return "booked"

    return Counter(await _at_once([ask(number) for number in range(members)]))


async def race_for_limit(town: Town, bookings_of_one: int) -> tuple[int, Counter[str]]:
    """Let one person's bookings meet one limit; return what the fund has promised, and the states."""
    wishes = [_wish(0, GLASSES, AT + timedelta(minutes=n), None) for n in range(bookings_of_one)]
    await _at_once([_request(town, wish) for wish in wishes])
    deciding = Inbox(uow=town.rules.uow, consumers=RULES_CONSUMED, clock=CLOCK)
    heard = Inbox(uow=town.bookings.uow, consumers=booking_consumers(town.bookings), clock=CLOCK)
    await town.carry(town.bookings, deciding, "bookings.booking_requested.v1", set())
    await town.carry(town.rules, heard, "rules.booking_adjudicated.v1", set())
    async with town.bookings.uow.begin(CONTEXT) as tx:
        rows = (await tx.conn.execute(_PROMISED, {"code": GLASSES})).mappings().all()
    return sum(row["cents"] or 0 for row in rows), Counter({row["state"]: row["count"] for row in rows})


_PROMISED = text(
    "select state, count(*) as count, sum(fund_share_cents)::bigint as cents from booking "
    "where service_code = :code group by state"
)


async def _request(town: Town, wish: BookingWish) -> None:
    async with town.bookings.uow.begin(CONTEXT) as tx:
        terms = town.bookings.terms_of("fnm")
        await request_booking(tx, wish=wish, terms=terms, viewer=Viewer(), channel="portal")


async def _at_once(calls: Sequence[Awaitable[Any]]) -> list[Any]:
    return list(await asyncio.gather(*calls))


async def floor(town: Town, times: int) -> float:
    """Return the seconds of as many rows read by their key, at once."""

    async def read() -> None:
        async with town.bookings.uow.begin(CONTEXT) as tx:
            await tx.conn.execute(text("select 1 from facility where facility_id = :id"), {"id": PLACE})

    started = time.perf_counter()
    await _at_once([read() for _ in range(times)])
    return time.perf_counter() - started


async def run(dsns: dict[str, str], members: int, ceiling_cents: int, folder: Path) -> bool:
    """Print both races beside the floor; say whether nobody came twice."""
    extra = {"rules_url": "http://127.0.0.1:9", "pass_keys": "x" * 32}
    town = Town(
        bookings.build(BookingSettings.model_validate(_settings(dsns["bookings"], folder) | extra), clock=CLOCK),
        rules.build(RulesSettings.model_validate(_settings(dsns["rules"], folder)), clock=CLOCK),
    )
    slot_id = await prepare(town, members)
    least = await floor(town, members)
    started = time.perf_counter()
    slots = await race_for_slot(town, members, slot_id)
    slot_seconds, started = time.perf_counter() - started, time.perf_counter()
    promised, states = await race_for_limit(town, members)
    limit_seconds = time.perf_counter() - started
    print(f"  floor: {members} rows by their key   {least:6.2f} s")
    print(f"  one slot: {dict(slots)}   {slot_seconds:6.2f} s, {slot_seconds / least:.0f} x floor")
    print(f"  one limit: {dict(states)}   {limit_seconds:6.2f} s, {limit_seconds / least:.0f} x floor")
    print(f"  promised {promised} of {ceiling_cents} cents")
    for services in (town.bookings, town.rules):
        await services.uow.close()
    return slots["booked"] == 1 and 0 < promised <= ceiling_cents


def main() -> int:
    """Race on a real server; 1 when a time was booked twice or the ceiling was passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--ceiling-cents", type=int, default=45_000, help="of glasses in direct mode (article 3.8)")
    options = parser.parse_args()
    root = Path(__file__).parents[1] / "services"
    with (
        postgres_server() as server,
        database(server) as one,
        database(server, "rules", root / "rules-svc") as two,
        tempfile.TemporaryDirectory() as folder,
    ):
        kept = asyncio.run(run({"bookings": one, "rules": two}, options.members, options.ceiling_cents, Path(folder)))
    print(f"  {'kept' if kept else 'NOT KEPT'}")
    return int(not kept)


if __name__ == "__main__":
    raise SystemExit(main())
