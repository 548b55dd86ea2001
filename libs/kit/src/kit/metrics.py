"""Figures for Prometheus. Labels are names from the code (route template, event type, job), never data of a person."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kit.clock import Clock
from kit.context import Context
from kit.transaction import UnitOfWork

# Prometheus knows when a counter began: twice as many series would say it again.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

PATH = "/metrics"
STATE_SECONDS = 10.0
# Counting a long queue to its end would cost more than it tells.
COUNT_LIMIT = 100_000
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# From an answer out of memory to the payout run that takes its time.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)

REQUESTS = Counter(
    "mutua_http_requests", "Requests answered.", ("service", "method", "route", "status"), registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "mutua_http_request_seconds",
    "Time until the answer was sent.",
    ("service", "method", "route"),
    buckets=_SECONDS,
    registry=REGISTRY,
)
OUTBOX_DEPTH = Gauge(
    "mutua_outbox_events",
    f"Events that wait for the bus, counted up to {COUNT_LIMIT}.",
    ("service",),
    registry=REGISTRY,
)
OUTBOX_AGE = Gauge(
    "mutua_outbox_oldest_seconds", "Age of the oldest event that waits for the bus.", ("service",), registry=REGISTRY
)
PUBLISHED = Counter("mutua_outbox_published", "Events that the bus has confirmed.", ("service",), registry=REGISTRY)
RELAY_INTERRUPTIONS = Counter(
    "mutua_relay_interruptions", "Times the relay lost its database or its bus.", ("service",), registry=REGISTRY
)
INBOX_EVENTS = Counter(
    "mutua_inbox_events",
    "Events taken from the bus: applied or parked.",
    ("service", "type", "result"),
    registry=REGISTRY,
)
PARKED = Gauge("mutua_parked_events", "Events that stand parked now.", ("service", "type"), registry=REGISTRY)
JOB_RUNS = Counter("mutua_job_runs", "Turns of periodic jobs.", ("service", "job", "result"), registry=REGISTRY)
JOB_SUCCESS = Gauge(
    "mutua_job_last_success_timestamp_seconds", "When a job last ended well.", ("service", "job"), registry=REGISTRY
)


def observe_request(*, service: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count a request under its route template; a method that HTTP does not know is one of many."""
    name = method if method in _METHODS else "other"
    REQUESTS.labels(service, name, route, str(status)).inc()
    REQUEST_SECONDS.labels(service, name, route).observe(seconds)


async def observe_state(uow: UnitOfWork[Any], clock: Clock) -> None:
    """Read the depth and age of the outbox and the parked events of a service.

    The age is counted on the service's own clock, which stamped the events.
    """
    tables, service = uow.factory.tables, uow.factory.source
    outbox, parked = tables.outbox, tables.parked_event
    now = clock.now()
    some = select(outbox.c.time).limit(COUNT_LIMIT).subquery()
    oldest = select(outbox.c.time).order_by(outbox.c.seq).limit(1)
    kinds = select(parked.c.type, func.count()).group_by(parked.c.type)
    async with uow.begin(Context(fund="*", actor=f"system:{service}", now=now)) as tx:
        depth = (await tx.conn.execute(select(func.count()).select_from(some))).scalar_one()
        since = (await tx.conn.execute(oldest)).scalar_one_or_none()
        standing = {row[0]: row[1] for row in await tx.conn.execute(kinds)}
    OUTBOX_DEPTH.labels(service).set(depth)
    OUTBOX_AGE.labels(service).set(max((now - since).total_seconds(), 0) if since else 0)
    _set_parked(service, standing)


def _set_parked(service: str, standing: Mapping[str, int]) -> None:
    # A type without parked events any more falls back to 0, or its last figure would stand for ever.
    known = {sample.labels["type"] for metric in PARKED.collect() for sample in metric.samples
             if sample.labels["service"] == service}  # fmt: skip
    for kind in known | standing.keys():
        PARKED.labels(service, kind).set(standing.get(kind, 0))


def metrics_response() -> Response:
    """Return every figure in Prometheus' text format."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to the worker, which owns the process."""
        yield


@asynccontextmanager
async def serve_metrics(
    host: str, port: int, *, listening: Callable[[int], None] = lambda _port: None
) -> AsyncIterator[None]:
    """Serve /metrics and /healthz of a worker for as long as the block runs.

    It shares the worker's event loop, so that a loop that hangs fails its health check. Port 0 takes a free one, told
    to `listening`.

    Raises: OSError when the port is taken.
    """

    async def figures(_request: Request) -> Response:
        return metrics_response()

    async def live(_request: Request) -> Response:
        return PlainTextResponse("live")

    app = Starlette(routes=[Route(PATH, figures), Route("/healthz", live)])
    with socket.create_server((host, port)) as listener:
        listening(listener.getsockname()[1])
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield
        finally:
            server.should_exit = True
            await task
