"""The bus over PostgreSQL: what the embedded run uses, with the semantics of the broker."""

import asyncio
import contextlib
from collections.abc import Sequence

import asyncpg
import orjson
import structlog

from kit.bus.delivery import hand_over
from kit.bus.port import GATHER_SECONDS, Handler, Queue, topic_regex
from kit.bus.rows import envelope_of
from kit.events import Envelope

log = structlog.get_logger(__name__)

_DDL = """
create table if not exists bus.binding (queue text, pattern text, regex text not null, primary key (queue, pattern));
create table if not exists bus.message (
    queue text not null, seq bigint generated always as identity, id uuid not null, type text not null,
    source text not null, subject text not null, time timestamptz not null, fund text not null, traceparent text,
    data jsonb not null, primary key (queue, seq)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
"""
_PUBLISH = """
with event as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
        $8::jsonb[]) with ordinality as e (id, type, source, subject, time, fund, traceparent, data, n)
), stored as (
    insert into bus.message (queue, id, type, source, subject, time, fund, traceparent, data)
    select q.queue, e.id, e.type, e.source, e.subject, e.time, e.fund, e.traceparent, e.data
    from event e join lateral (select distinct b.queue from bus.binding b where e.type ~ b.regex) q on true
    order by e.n
    returning queue
)
select pg_notify('bus', queue) from (select distinct queue from stored) as woken
"""
_ACKNOWLEDGE = "delete from bus.message where queue = $1 and seq = any($2::bigint[])"
_NEXT = (
    f"with acknowledged as ({_ACKNOWLEDGE}) "  # noqa: S608 (constants)
    "select seq, id, type, source, subject, time, fund, traceparent, data "
    "from bus.message where queue = $1 and seq <> all($2::bigint[]) order by seq limit $3"
)

IDLE_SECONDS = 1.0
RETRY_SECONDS = 0.2


async def _nothing_to_reset(_conn: object) -> None:
    """Spare the four statements after each publish: a publisher leaves nothing behind in its session."""


class PostgresBus:
    """Queues as rows: one active consumer per queue by a session lock, ordered reading, deleting acknowledges."""

    def __init__(self, pool: asyncpg.Pool, dsn: str) -> None:
        self._pool = pool
        self._dsn = dsn

    @classmethod
    async def connect(cls, dsn: str) -> "PostgresBus":
        """Open the pool of publishers."""
        return cls(await asyncpg.create_pool(dsn, min_size=1, max_size=4, reset=_nothing_to_reset), dsn)

    async def declare(self, queue: Queue) -> None:
        """Make the queue and bind it."""
        async with self._pool.acquire() as conn, conn.transaction():
            # Workers start together: without the lock two of them would create the same table.
            await conn.execute("select pg_advisory_xact_lock(hashtext('bus.declare'))")
            await conn.execute(_DDL)
            await conn.execute("delete from bus.binding where queue = $1", queue.name)
            rows = [(queue.name, pattern, topic_regex(pattern)) for pattern in queue.bindings]
            await conn.executemany("insert into bus.binding values ($1, $2, $3)", rows)

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Store every event in every bound queue, in one statement."""
        await self._pool.execute(
            _PUBLISH,
            [event.id for event in batch],
            [event.type for event in batch],
            [event.source for event in batch],
            [event.subject for event in batch],
            [event.time for event in batch],
            [event.fund for event in batch],
            [event.traceparent for event in batch],
            [orjson.dumps(event.data).decode() for event in batch],
        )

    async def consume(self, queue: Queue, handler: Handler, *, prefetch: int = 100) -> None:
        """Hand batches to the handler until cancelled; a lost database is waited for."""
        while True:
            try:
                await self._session(queue, handler, prefetch)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("consumer_interrupted", queue=queue.name, error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _session(self, queue: Queue, handler: Handler, prefetch: int) -> None:
        wake = asyncio.Event()

        def woken(_conn: object, _pid: int, _channel: str, payload: object) -> None:
            if payload == queue.name:
                wake.set()

        conn = await asyncpg.connect(self._dsn)
        handled: list[int] = []
        try:
            await conn.fetchval("select pg_advisory_lock(hashtext('bus'), hashtext($1))", queue.name)
            await conn.add_listener("bus", woken)
            while True:
                wake.clear()
                rows = await conn.fetch(_NEXT, queue.name, handled, prefetch)
                handled.clear()
                if rows:
                    await hand_over(handler, [envelope_of(row) for row in rows])
                    handled.extend(row["seq"] for row in rows)
                    if len(rows) < prefetch:
                        # What comes in the meantime goes together.
                        await asyncio.sleep(GATHER_SECONDS)
                else:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), IDLE_SECONDS)
        finally:
            if handled and not conn.is_closed():
                await conn.execute(_ACKNOWLEDGE, queue.name, handled, timeout=2)
            await conn.close(timeout=2)

    async def close(self) -> None:
        """Close the pool of publishers."""
        await self._pool.close()
