"""The worker process of a service: its relay, its consumers and its periodic jobs."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog

from kit.bus.connect import connect
from kit.bus.port import Queue
from kit.clock import Clock
from kit.inbox import Consumer, Inbox, fault_text
from kit.metrics import JOB_RUNS, JOB_SUCCESS, STATE_SECONDS, observe_state, serve_metrics
from kit.outbox import Relay
from kit.settings import ServiceSettings
from kit.transaction import Transaction, UnitOfWork

log = structlog.get_logger(__name__)

T = TypeVar("T", bound=Transaction)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again: a failure is logged and the next turn tries again."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]


async def run_worker(
    *,
    schema: str,
    settings: ServiceSettings,
    uow: UnitOfWork[T],
    clock: Clock,
    consumers: Mapping[str, Consumer[T, Any]],
    jobs: Sequence[Job] = (),
) -> None:
    """Run until SIGTERM or SIGINT.

    The queue is declared before anything else, and `settings.ready_file` says so: an event that is published before its
    consumers have declared their queues reaches nobody.
    """
    bus = await connect(settings.bus_url.get_secret_value())
    source = uow.factory.source
    inbox = Inbox(uow=uow, consumers=consumers, clock=clock)
    relay = Relay(uow.database, bus, schema=schema, source=source)
    uow.relay_here(relay.wake)
    # The name carries a version: a queue cannot be declared again with other arguments.
    queue = Queue(f"mutua.{source}.v1", tuple(consumers))
    await bus.declare(queue)
    async with AsyncExitStack() as at_end:
        at_end.push_async_callback(uow.close)
        at_end.push_async_callback(bus.close)
        own = [Job("released_events", 1.0, inbox.retry_released)]
        if settings.metrics_port is not None:
            await at_end.enter_async_context(serve_metrics(settings.metrics_host, settings.metrics_port))
            own.append(Job("metrics", STATE_SECONDS, partial(observe_state, uow, clock)))
        _say_ready(settings.ready_file)
        log.info("worker_started", service=source, consumes=sorted(consumers), jobs=[job.name for job in jobs])
        repeated = [_repeat(source, job) for job in [*own, *jobs]]
        await _until_stopped([relay.run(), bus.consume(queue, inbox.handle), *repeated])


def _say_ready(file: Path | None) -> None:
    if file is not None:
        file.write_text(str(os.getpid()), encoding="ascii")


async def _until_stopped(work: Sequence[Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    tasks = [asyncio.ensure_future(one) for one in work]
    stop = asyncio.create_task(stopped.wait())
    done, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, stop]:
        task.cancel()
    await asyncio.gather(*tasks, stop, return_exceptions=True)
    for task in done - {stop}:
        task.result()


async def _repeat(service: str, job: Job) -> None:
    while True:
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001 (a job must survive whatever one turn meets)
            log.warning("job_failed", job=job.name, error=type(error).__name__, message=fault_text(error)[:500])
            JOB_RUNS.labels(service, job.name, "failed").inc()
        else:
            JOB_RUNS.labels(service, job.name, "done").inc()
            JOB_SUCCESS.labels(service, job.name).set_to_current_time()
        await asyncio.sleep(job.seconds)
