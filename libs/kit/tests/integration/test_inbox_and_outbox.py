"""Outbox → relay → bus → inbox on a real database: once, in order, parked when it cannot be."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest
from kit_shop import INSERT_SALE, NOW, SCHEMA, SaleMade, ShopTransaction, count
from pydantic import BaseModel
from sqlalchemy import text

from kit.bus.memory import MemoryBus
from kit.bus.port import Queue
from kit.clock import FixedClock
from kit.context import Context
from kit.events import Envelope
from kit.ids import new_id
from kit.inbox import Consumer, Inbox
from kit.outbox import Relay
from kit.testing.databases import ServiceDatabase
from kit.transaction import UnitOfWork

TYPE = SaleMade.TYPE


class Sale(BaseModel):
    sale_id: str
    n: int


class Applied:
    """A handler with an effect in the database, which refuses negative numbers until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    async def __call__(self, tx: ShopTransaction, event: Envelope, data: Sale) -> None:
        if data.n < 0 and not self.mended:
            raise ValueError("negative")
        await tx.conn.execute(INSERT_SALE, {"id": f"{data.sale_id}-{data.n}", "fund": event.fund, "n": data.n})


def event(subject: str, n: int, fund: str = "fnm") -> Envelope:
    return Envelope(new_id(), TYPE, "shop", subject, NOW, fund, None, {"sale_id": subject, "n": n})


@pytest.fixture
def applied() -> Applied:
    return Applied()


@pytest.fixture
def inbox(uow: UnitOfWork[ShopTransaction], clock: FixedClock, applied: Applied) -> Inbox[ShopTransaction]:
    return Inbox(uow=uow, consumers={TYPE: Consumer(Sale, applied)}, clock=clock)


async def test_a_redelivery_changes_nothing(inbox: Inbox[ShopTransaction], shop_database: ServiceDatabase) -> None:
    batch = [event("a", 1), event("b", 2, fund="onaosi")]
    await inbox.handle(batch)
    await inbox.handle([*batch, batch[0]])
    assert await count(shop_database.admin_dsn, "sale") == 2


async def test_a_poison_event_is_parked_with_its_successors_only(
    inbox: Inbox[ShopTransaction], shop_database: ServiceDatabase
) -> None:
    await inbox.handle([event("a", 1), event("bad", -1), event("b", 2)])
    await inbox.handle([event("bad", 5), event("a", 3)])
    assert await count(shop_database.admin_dsn, "sale") == 3
    assert await count(shop_database.admin_dsn, "parked_event") == 2


GATHERED = f"insert into {SCHEMA}.sale select * from jsonb_to_recordset($1) as t (id text, fund text, n bigint)"
COUNTED = "shop.sales_counted.v1"


class Gatherer:
    """One handler only gathers; the other one, of another type, looks at what is there."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.runs: list[int] = []

    async def ahead(self, _tx: ShopTransaction, data: Sequence[Sale]) -> None:
        self.runs.append(len(data))

    async def store(self, tx: ShopTransaction, event: Envelope, data: Sale) -> None:
        tx.gather(GATHERED, {"id": f"{data.sale_id}-{data.n}", "fund": event.fund, "n": data.n})

    async def look(self, tx: ShopTransaction, _event: Envelope, _data: Sale) -> None:
        self.seen.append((await tx.conn.execute(text(f"select count(*) from {SCHEMA}.sale"))).scalar_one())


@pytest.fixture
def gatherer() -> Gatherer:
    return Gatherer()


@pytest.fixture
def gathering(uow: UnitOfWork[ShopTransaction], clock: FixedClock, gatherer: Gatherer) -> Inbox[ShopTransaction]:
    stores = Consumer(Sale, gatherer.store, gathers=True, ahead=gatherer.ahead)
    return Inbox(uow=uow, consumers={TYPE: stores, COUNTED: Consumer(Sale, gatherer.look)}, clock=clock)


async def test_gathered_rows_are_there_for_the_next_handler_that_reads(
    gathering: Inbox[ShopTransaction], gatherer: Gatherer, shop_database: ServiceDatabase
) -> None:
    looks = replace(event("c", 0), type=COUNTED)
    await gathering.handle([event("a", 1), event("b", 2), looks, event("a", 3), event("d", 4, fund="onaosi")])
    assert gatherer.seen == [2]
    assert gatherer.runs == [2, 1, 1]
    assert await count(shop_database.admin_dsn, "sale") == 4


async def test_a_gathered_row_that_the_database_refuses_is_parked_alone(
    gathering: Inbox[ShopTransaction], shop_database: ServiceDatabase
) -> None:
    await gathering.handle([event("a", 1), event("b", 2), event("a", 1)])
    assert await count(shop_database.admin_dsn, "sale") == 2
    assert await count(shop_database.admin_dsn, "parked_event") == 1


async def test_a_released_subject_is_applied_in_order(
    inbox: Inbox[ShopTransaction], applied: Applied, uow: UnitOfWork[ShopTransaction], shop_database: ServiceDatabase
) -> None:
    await inbox.handle([event("bad", -1), event("bad", 5)])
    release = text(f"update {SCHEMA}.parked_event set released_at = now()")
    system = Context(fund="*", actor="system:shop", now=NOW)
    async with uow.begin(system) as tx:
        await tx.conn.execute(release)
    await inbox.retry_released()
    assert await count(shop_database.admin_dsn, "parked_event") == 2
    applied.mended = True
    async with uow.begin(system) as tx:
        await tx.conn.execute(release)
    await inbox.retry_released()
    assert await count(shop_database.admin_dsn, "parked_event") == 0
    assert await count(shop_database.admin_dsn, "sale") == 2


async def test_a_missing_database_is_raised_so_that_the_bus_delivers_again(
    inbox: Inbox[ShopTransaction], uow: UnitOfWork[ShopTransaction]
) -> None:
    await uow.database.dispose()
    broken = uow.database.engine.url.set(port=1)
    uow.database.engine = type(uow.database)(broken.render_as_string(hide_password=False)).engine
    with pytest.raises(OSError):  # noqa: PT011 (whatever the system says)
        await inbox.handle([event("a", 1)])


async def test_the_relay_publishes_in_order_and_empties_the_outbox(
    uow: UnitOfWork[ShopTransaction], shop_database: ServiceDatabase
) -> None:
    bus = MemoryBus()
    seen: list[int] = []
    queue = Queue("q", ("shop.#",))
    await bus.declare(queue)

    async def collect(batch: list[Envelope]) -> None:
        seen.extend(one.data["n"] for one in batch)

    handler: Callable[..., Awaitable[None]] = collect
    tasks = [
        asyncio.create_task(Relay(uow.database, bus, schema=SCHEMA, source="shop").run()),
        asyncio.create_task(bus.consume(queue, handler)),
    ]
    for n in range(20):
        async with uow.begin(Context(fund="fnm", actor="member:m", now=NOW)) as tx:
            tx.publish(SaleMade("a", n))
    async with asyncio.timeout(60):
        while len(seen) < 20 or await count(shop_database.admin_dsn, "outbox"):
            await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert seen == list(range(20))
