"""The relay: publishes the outbox in order, and deletes what the bus has confirmed."""

import asyncio
import contextlib

import asyncpg
import structlog

from kit.bus.port import GATHER_SECONDS, Bus
from kit.bus.rows import envelope_of
from kit.database import Database
from kit.metrics import PUBLISHED, RELAY_INTERRUPTIONS

log = structlog.get_logger(__name__)

BATCH = 500
IDLE_SECONDS = 0.5
RETRY_SECONDS = 1.0


class Relay:
    """The one active relay of a service (a session lock keeps a second one waiting)."""

    def __init__(self, database: Database, bus: Bus, *, schema: str, source: str) -> None:
        self._database = database
        self._bus = bus
        self._source = source
        # Rows are deleted, not passed by a cursor, so a row committed late with a smaller number is taken the next
        # time round; writers of one aggregate are serialised by its row, which keeps their order.
        columns = "seq, id, type, source, subject, time, fund, traceparent, data"
        self._delete = f'delete from "{schema}".outbox where seq = any($1::bigint[])'  # noqa: S608 (constants)
        self._next = (
            f"with published as ({self._delete}) "  # noqa: S608 (constants)
            f'select {columns} from "{schema}".outbox where seq <> all($1::bigint[]) order by seq limit {BATCH}'
        )
        self._wake = asyncio.Event()
        self._active = False

    def wake(self) -> bool:
        """Look at the outbox now; return False while the relay of another process is the active one."""
        self._wake.set()
        return self._active

    async def run(self) -> None:
        """Publish until cancelled; a lost database or broker is waited for."""
        while True:
            try:
                await self._session()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("relay_interrupted", error=type(error).__name__)
                RELAY_INTERRUPTIONS.labels(self._source).inc()
                await asyncio.sleep(RETRY_SECONDS)

    async def _session(self) -> None:
        conn = await self._database.direct_connection()
        published: list[int] = []
        try:
            await conn.execute("select set_config('app.fund', '*', false)")
            await conn.fetchval("select pg_advisory_lock(hashtext($1))", f"relay:{self._source}")
            await conn.add_listener(f"{self._source}_outbox", lambda *_: self._wake.set())
            self._active = True
            await self._publish_all(conn, published)
        finally:
            self._active = False
            if published and not conn.is_closed():
                await conn.execute(self._delete, published, timeout=2)
            await conn.close(timeout=2)

    async def _publish_all(self, conn: asyncpg.Connection, published: list[int]) -> None:
        while True:
            self._wake.clear()
            rows = await conn.fetch(self._next, published)
            published.clear()
            if rows:
                await self._bus.publish([envelope_of(row) for row in rows])
                published.extend(row["seq"] for row in rows)
                PUBLISHED.labels(self._source).inc(len(rows))
                if len(rows) < BATCH:
                    await asyncio.sleep(GATHER_SECONDS)
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
