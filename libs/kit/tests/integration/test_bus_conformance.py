"""One suite for the three transports: whatever passes here, the services may rely on."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from kit.bus.connect import connect
from kit.bus.port import Bus, Queue, topic_regex
from kit.events import Envelope
from kit.ids import new_id


def event(type_: str, subject: str, n: int) -> Envelope:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Envelope(new_id(), type_, "shop", subject, now, "fnm", "00-" + "a" * 32 + "-" + "b" * 16 + "-01", {"n": n})


@pytest.fixture(params=["memory", "postgres", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    if request.param == "memory":
        url = "memory://"
    else:
        url = request.getfixturevalue("bus_dsn" if request.param == "postgres" else "amqp_url")
    opened = await connect(url)
    yield opened
    await opened.close()


@pytest.fixture
async def queue(bus: Bus) -> AsyncIterator[Queue]:
    name = f"test.{new_id()}"
    made = Queue(name, ("shop.*.v1", "depot.#"))
    await bus.declare(made)
    yield made
    channel = getattr(bus, "_channel", None)
    if channel is not None:
        for one in (name, f"{name}.dead"):
            await channel.queue_delete(one)


class Collector:
    """A handler that fails the first batches on demand and remembers what it was given."""

    def __init__(self, *, failures: int = 0) -> None:
        self.failures = failures
        self.seen: list[Envelope] = []

    async def __call__(self, batch: Sequence[Envelope]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        self.seen.extend(batch)


@contextlib.asynccontextmanager
async def consuming(bus: Bus, queue: Queue, handler: Collector) -> AsyncIterator[None]:
    task = asyncio.create_task(bus.consume(queue, handler))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(handler: Collector, expected: int) -> None:
    async with asyncio.timeout(20):
        while len(handler.seen) < expected:
            await asyncio.sleep(0.01)


async def test_carries_every_attribute_to_bound_queues_only(bus: Bus, queue: Queue) -> None:
    wanted = [event("shop.sale_made.v1", "a", 1), event("depot.box.moved.v1", "b", 2)]
    handler = Collector()
    async with consuming(bus, queue, handler):
        await bus.publish([wanted[0], event("office.paper_lost.v1", "c", 3), wanted[1]])
        await until(handler, 2)
        await asyncio.sleep(0.1)
    assert handler.seen == wanted


async def test_keeps_the_order_of_each_subject(bus: Bus, queue: Queue) -> None:
    handler = Collector()
    async with consuming(bus, queue, handler):
        for start in range(0, 600, 200):
            await bus.publish([event("shop.sale_made.v1", str(n % 7), n) for n in range(start, start + 200)])
        await until(handler, 600)
    for subject in map(str, range(7)):
        numbers = [one.data["n"] for one in handler.seen if one.subject == subject]
        assert numbers == sorted(numbers)


async def test_gives_a_failed_batch_again(bus: Bus, queue: Queue) -> None:
    handler = Collector(failures=2)
    async with consuming(bus, queue, handler):
        await bus.publish([event("shop.sale_made.v1", "a", n) for n in range(3)])
        await until(handler, 3)
    # In order and all of them; a bus may give one twice, the inbox takes it once.
    assert list(dict.fromkeys(one.data["n"] for one in handler.seen)) == [0, 1, 2]


async def test_holds_events_until_a_consumer_comes_and_for_the_next_one(bus: Bus, queue: Queue) -> None:
    await bus.publish([event("shop.sale_made.v1", "a", 1)])
    first = Collector()
    async with consuming(bus, queue, first):
        await until(first, 1)
        await asyncio.sleep(0.1)
    await bus.publish([event("shop.sale_made.v1", "a", 2)])
    second = Collector()
    async with consuming(bus, queue, second):
        await until(second, 1)
    assert [one.data["n"] for one in second.seen] == [2]


@pytest.mark.parametrize(
    ("pattern", "type_", "matches"),
    [("a.*.v1", "a.b.v1", True), ("a.*.v1", "a.b.c.v1", False), ("a.#", "a", True), ("#", "x.y", True)],
)
def test_topic_patterns_mean_what_amqp_means(pattern: str, type_: str, matches: bool) -> None:
    assert bool(re.match(topic_regex(pattern), type_)) is matches
