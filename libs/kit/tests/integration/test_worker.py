"""The worker process on a real database and the bus over PostgreSQL."""

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

import asyncpg
import httpx
from kit_shop import NOW, SCHEMA, SaleMade, ShopTransaction, count
from pydantic import BaseModel, SecretStr
from sqlalchemy import text

from kit.clock import FixedClock
from kit.context import Context
from kit.events import Envelope
from kit.inbox import Consumer
from kit.settings import ServiceSettings
from kit.testing.databases import ServiceDatabase
from kit.transaction import UnitOfWork
from kit.worker import run_worker


class Sale(BaseModel):
    sale_id: str


async def store(tx: ShopTransaction, event: Envelope, data: Sale) -> None:
    sale = {"id": data.sale_id, "fund": event.fund}
    await tx.conn.execute(text(f"insert into {SCHEMA}.sale (id, fund, n) values (:id, :fund, 1)"), sale)


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_it_says_ready_when_its_queue_is_declared_and_only_then_relays(
    shop_database: ServiceDatabase, bus_dsn: str, uow: UnitOfWork[ShopTransaction], clock: FixedClock, tmp_path: Path
) -> None:
    ready_file = tmp_path / "ready"
    settings = ServiceSettings(
        database_url=SecretStr(shop_database.url),
        bus_url=SecretStr(bus_dsn),
        issuer_url="http://127.0.0.1:1",
        jwks_url="http://127.0.0.1:1",
        documents_url="memory://",
        cursor_secret=SecretStr("word"),
        ready_file=ready_file,
        metrics_port=free_port(),
    )
    # It waits in the outbox before any queue exists: relayed too early it would reach nobody.
    async with uow.begin(Context(fund="fnm", actor="test", now=NOW)) as tx:
        tx.publish(SaleMade("early", 1))
    consumers = {SaleMade.TYPE: Consumer(Sale, store)}
    worker = asyncio.create_task(
        run_worker(schema=SCHEMA, settings=settings, uow=uow, clock=clock, consumers=consumers)
    )
    try:

        async def is_ready() -> bool:
            return ready_file.exists() and ready_file.read_text() == str(os.getpid())

        async def is_stored() -> bool:
            return await count(shop_database.admin_dsn, "sale") == 1

        await until(is_ready)
        connection = await asyncpg.connect(bus_dsn)
        assert await connection.fetchval("select pattern from bus.binding") == SaleMade.TYPE
        await connection.close()
        await until(is_stored)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.metrics_port}") as scraper:

            async def is_told() -> bool:
                return 'mutua_outbox_events{service="shop"}' in (await scraper.get("/metrics")).text

            await until(is_told)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            await worker
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
