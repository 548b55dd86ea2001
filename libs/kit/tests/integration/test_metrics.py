"""The figures, as a scrape sees them."""

import asyncio
import socket

import httpx
import pytest
from fastapi import APIRouter, Depends
from kit_shop import INSERT_SALE, NOW, SCHEMA, SaleMade, ShopTransaction
from pydantic import BaseModel
from sqlalchemy import text

from kit.auth import Public, TokenVerifier
from kit.bus.memory import MemoryBus
from kit.bus.port import Queue
from kit.clock import FixedClock
from kit.context import Context
from kit.events import Envelope
from kit.http import create_app
from kit.ids import new_id
from kit.inbox import Consumer, Inbox
from kit.metrics import REGISTRY, observe_state, serve_metrics
from kit.outbox import Relay
from kit.settings import ServiceSettings
from kit.testing.tokens import TokenFactory
from kit.transaction import UnitOfWork
from kit.worker import Job, _repeat

SYSTEM = Context(fund="*", actor="system:shop", now=NOW)
FNM = Context(fund="fnm", actor="test", now=NOW)
PERSON = "RSSMRA80A01F205X"


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"service": "shop", **labels}) or 0


def shop_client(uow: UnitOfWork[ShopTransaction], clock: FixedClock, verifier: TokenVerifier) -> httpx.AsyncClient:
    router = APIRouter(dependencies=[Depends(Public())])

    @router.get("/v1/people/{code}")
    async def look(code: str) -> dict[str, int]:
        if code == "crash":
            raise RuntimeError(code)
        return {"letters": len(code)}

    settings = ServiceSettings.model_validate(
        dict.fromkeys(("bus_url", "issuer_url", "jwks_url", "documents_url", "cursor_secret"), "memory://")
        | {"database_url": uow.database.url}
    )
    app = create_app(
        service="shop", title="Shop", description="", settings=settings, routers=[router], problems={}, uow=uow,
        clock=clock, verifier=verifier,
    )  # fmt: skip
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://shop")


async def test_requests_are_counted_under_their_template_and_hold_nothing_of_a_person(
    uow: UnitOfWork[ShopTransaction], clock: FixedClock, tokens: TokenFactory
) -> None:
    route = {"method": "GET", "route": "/v1/people/{code}"}
    before = figure("mutua_http_requests_total", **route, status="200")
    async with shop_client(uow, clock, tokens.verifier) as client:
        for path in (f"/v1/people/{PERSON}", f"/v1/people/{PERSON}?q=1", "/v1/people/crash", f"/{PERSON}", "/healthz"):
            await client.get(path)
        await client.request(PERSON, "/v1/people/x")
        scrape = await client.get("/metrics")
    assert figure("mutua_http_requests_total", **route, status="200") == before + 2
    assert figure("mutua_http_requests_total", **route, status="500") >= 1
    assert figure("mutua_http_requests_total", method="GET", route="unmatched", status="404") >= 1
    assert figure("mutua_http_request_seconds_count", **route) >= 3
    assert scrape.headers["content-type"].startswith("text/plain; version=")
    assert 'mutua_http_requests_total{method="GET",route="/v1/people/{code}",service="shop"' in scrape.text
    assert PERSON not in scrape.text
    assert "healthz" not in scrape.text


async def test_the_outbox_shows_its_depth_and_age_until_the_relay_has_emptied_it(
    uow: UnitOfWork[ShopTransaction], clock: FixedClock
) -> None:
    async with uow.begin(FNM) as tx:
        tx.publish(SaleMade("a", 1))
        tx.publish(SaleMade("b", 2))
    clock.set(NOW.replace(minute=2))
    await observe_state(uow, clock)
    assert (figure("mutua_outbox_events"), figure("mutua_outbox_oldest_seconds")) == (2, 120)
    before = figure("mutua_outbox_published_total")
    bus = MemoryBus()
    await bus.declare(Queue("q", ("shop.#",)))
    relay = asyncio.create_task(Relay(uow.database, bus, schema=SCHEMA, source="shop").run())
    try:
        async with asyncio.timeout(10):
            while figure("mutua_outbox_published_total") < before + 2:
                await asyncio.sleep(0.02)
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
    await observe_state(uow, clock)
    assert (figure("mutua_outbox_events"), figure("mutua_outbox_oldest_seconds")) == (0, 0)


class Sale(BaseModel):
    n: int


async def test_applied_and_parked_events_are_counted_once_by_type(
    uow: UnitOfWork[ShopTransaction], clock: FixedClock
) -> None:
    async def apply(tx: ShopTransaction, event: Envelope, data: Sale) -> None:
        if data.n < 0:
            raise ValueError("less than nothing")

    def sale(subject: str, n: int) -> Envelope:
        return Envelope(new_id(), SaleMade.TYPE, "shop", subject, NOW, "fnm", None, {"n": n})

    def counted() -> list[float]:
        kinds = ("applied", "parked")
        return [figure("mutua_inbox_events_total", type=SaleMade.TYPE, result=one) for one in kinds]

    inbox = Inbox(uow=uow, consumers={SaleMade.TYPE: Consumer(Sale, apply)}, clock=clock)
    applied, parked = counted()
    batch = [sale("a", 1), sale("bad", -1), sale("bad", 2), sale("b", 3)]
    await inbox.handle(batch)
    await inbox.handle(batch)
    assert counted() == [applied + 2, parked + 2]
    await observe_state(uow, clock)
    assert figure("mutua_parked_events", type=SaleMade.TYPE) == 2
    async with uow.begin(SYSTEM) as tx:
        await tx.conn.execute(text(f"delete from {SCHEMA}.parked_event"))
    await observe_state(uow, clock)
    assert figure("mutua_parked_events", type=SaleMade.TYPE) == 0


async def test_what_is_parked_tells_its_fault_and_nothing_of_the_event(
    uow: UnitOfWork[ShopTransaction], clock: FixedClock
) -> None:
    async def insert_twice(tx: ShopTransaction, event: Envelope, data: Sale) -> None:
        for _ in range(2):
            await tx.conn.execute(INSERT_SALE, {"id": PERSON, "fund": event.fund, "n": data.n})

    inbox = Inbox(uow=uow, consumers={SaleMade.TYPE: Consumer(Sale, insert_twice)}, clock=clock)
    wrong = [("a", {"n": PERSON}), ("b", {"n": 1}), ("c", {"m": PERSON})]
    events = [Envelope(new_id(), SaleMade.TYPE, "shop", name, NOW, "fnm", None, data) for name, data in wrong]
    await inbox.handle(events)
    async with uow.begin(SYSTEM) as tx:
        errors = (
            (await tx.conn.execute(text(f"select error from {SCHEMA}.parked_event order by subject"))).scalars().all()
        )
    assert errors == [
        "ValidationError: /n int_parsing",
        "IntegrityError: UniqueViolationError 23505 sale sale_pkey",
        "ValidationError: /n missing",
    ]


async def test_jobs_show_their_failures_and_their_last_success() -> None:
    async def fail() -> None:
        raise LookupError("not now")

    async def succeed() -> None:
        pass

    tasks = [asyncio.create_task(_repeat("shop", Job(name, 60, run))) for name, run in (("f", fail), ("s", succeed))]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert figure("mutua_job_runs_total", job="f", result="failed") == 1
    assert figure("mutua_job_runs_total", job="s", result="done") == 1
    assert figure("mutua_job_last_success_timestamp_seconds", job="s") > 1_700_000_000
    assert figure("mutua_job_last_success_timestamp_seconds", job="f") == 0


async def test_a_worker_serves_figures_and_health_and_nothing_else_and_closes() -> None:
    ports: list[int] = []
    async with serve_metrics("127.0.0.1", 0, listening=ports.append), httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{ports[0]}"
        assert "process_cpu_seconds_total" in (await client.get(f"{url}/metrics")).text
        assert (await client.get(f"{url}/healthz")).status_code == 200
        assert (await client.get(f"{url}/docs")).status_code == 404
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", ports[0])


async def test_a_taken_port_stops_the_worker_with_its_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="already in use"):
        async with serve_metrics("127.0.0.1", taken.getsockname()[1]):
            pass
