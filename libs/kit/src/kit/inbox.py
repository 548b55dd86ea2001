"""The inbox: each event has its effect once, in the transaction that records it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, insert, null, select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kit.clock import Clock
from kit.context import Context
from kit.events import Envelope
from kit.metrics import INBOX_EVENTS
from kit.transaction import Transaction, UnitOfWork

log = structlog.get_logger(__name__)

T = TypeVar("T", bound=Transaction)
M = TypeVar("M", bound=BaseModel)

TRIES = 3
RETRY_SECONDS = 0.05
_RECORD = """
with given as (
    select * from unnest($1::uuid[], $2::text[], $3::text[]) as e (event_id, fund, subject)
), fresh as (
    insert into {schema}.inbox (event_id, fund, received_at)
    select event_id, fund, $4::timestamptz from given on conflict do nothing returning event_id
)
select event_id, exists (select from {schema}.parked_event p where p.subject = given.subject) as stopped
from fresh join given using (event_id)
"""
_BEHIND = "behind a parked event of the same subject"
_RETRYABLE_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})


@dataclass(frozen=True, slots=True)
class Consumer(Generic[T, M]):
    """What a service does with one type of event: its own model of the data, and the handler.

    A handler that `gathers` reads nothing that its neighbours in a batch may have gathered (`Transaction.gather`);
    before any other handler the gathered rows are written. `ahead` is given what stands together in a batch, to read
    at once what the handler will ask for.
    """

    model: type[M]
    handler: Callable[[T, Envelope, M], Awaitable[None]]
    gathers: bool = False
    ahead: Callable[[T, Sequence[M]], Awaitable[None]] | None = None


class Inbox(Generic[T]):
    """The handler that a service gives to its queue.

    A batch is deduplicated and applied in one transaction. If it fails it is replayed one by one; an event that
    keeps failing is parked in the service's own schema with the later events of its subject behind it, where an
    operator sees it and releases or drops it. Failures of the infrastructure are raised: the bus delivers again.
    """

    def __init__(self, *, uow: UnitOfWork[T], consumers: Mapping[str, Consumer[T, Any]], clock: Clock) -> None:
        self._uow = uow
        self._consumers = consumers
        self._clock = clock
        self._tables = uow.factory.tables
        self._actor = f"system:{uow.factory.source}"
        self._record = _RECORD.format(schema=self._tables.inbox.schema)

    async def handle(self, batch: Sequence[Envelope]) -> None:
        """Apply a batch; return when every event is applied, known already, or parked."""
        try:
            await self._apply(batch)
        except Exception as error:
            if is_infrastructure(error):
                raise
            for event in batch:
                await self._apply_alone(event)

    async def _apply(self, batch: Sequence[Envelope]) -> None:
        async with self._uow.begin(self._system_context()) as tx:
            free, blocked = await self._fresh(tx, batch)
            for event in blocked:
                await self._park(tx, event, _BEHIND)
            for _, together in groupby(free, key=attrgetter("type", "fund")):
                await self._run(tx, list(together))
        self._count("parked", blocked)
        self._count("applied", free)

    async def _fresh(self, tx: T, batch: Sequence[Envelope]) -> tuple[list[Envelope], list[Envelope]]:
        """Record the batch; return the events not seen before, apart from them those whose subject is parked."""
        lists = ([e.id for e in batch], [e.fund for e in batch], [e.subject for e in batch], self._clock.now())
        recorded = await tx.conn.exec_driver_sql(self._record, lists)
        known: dict[UUID, bool] = {row.event_id: row.stopped for row in recorded}
        fresh = list({event.id: event for event in batch if event.id in known}.values())
        return [event for event in fresh if not known[event.id]], [event for event in fresh if known[event.id]]

    def _count(self, result: str, events: Sequence[Envelope]) -> None:
        """Count what a committed transaction has done."""
        for event in events:
            INBOX_EVENTS.labels(self._uow.factory.source, event.type, result).inc()

    async def _run(self, tx: T, events: Sequence[Envelope]) -> None:
        """Apply events of one type and fund."""
        consumer = self._consumers.get(events[0].type)
        if consumer is None:
            return
        read = [consumer.model.model_validate(event.data) for event in events]
        await tx.enter(self._context(events[0]))
        if consumer.ahead is not None:
            await consumer.ahead(tx, read)
        for event, data in zip(events, read, strict=True):
            await tx.enter(self._context(event))
            if not consumer.gathers:
                await tx.settle()
            await consumer.handler(tx, event, data)

    async def _apply_alone(self, event: Envelope) -> None:
        for attempt in range(TRIES):
            try:
                await self._apply([event])
            except Exception as error:
                if is_infrastructure(error):
                    raise
                log.warning("event_failed", event_id=str(event.id), type=event.type, error=type(error).__name__)
                if attempt == TRIES - 1:
                    await self._park_alone(event, fault_text(error))
                else:
                    await asyncio.sleep(RETRY_SECONDS * 2**attempt)
            else:
                return

    async def _park_alone(self, event: Envelope, error: str) -> None:
        async with self._uow.begin(self._system_context()) as tx:
            free, blocked = await self._fresh(tx, [event])
            for one in free:
                await self._park(tx, one, error)
            for one in blocked:
                await self._park(tx, one, _BEHIND)
        self._count("parked", [*free, *blocked])

    async def _park(self, tx: T, event: Envelope, error: str) -> None:
        row = {
            "id": event.id,
            "type": event.type,
            "source": event.source,
            "subject": event.subject,
            "time": event.time,
            "fund": event.fund,
            "traceparent": event.traceparent,
            "data": dict(event.data),
            "error": error[:2000],
            "parked_at": self._clock.now(),
        }
        await tx.conn.execute(insert(self._tables.parked_event), [row])

    async def retry_released(self) -> None:
        """Apply the parked events that an operator has released, oldest first; stop a subject at its first failure."""
        parked = self._tables.parked_event
        query = select(parked).where(parked.c.released_at.is_not(None)).order_by(parked.c.seq).limit(100)
        async with self._uow.begin(self._system_context()) as tx:
            rows = [row._asdict() for row in await tx.conn.execute(query)]
        failed: set[str] = set()
        for row in rows:
            if row["subject"] not in failed and not await self._retry(row):
                failed.add(row["subject"])

    async def _retry(self, row: Mapping[str, Any]) -> bool:
        event = Envelope(**{name: row[name] for name in Envelope.__slots__})
        parked = self._tables.parked_event
        try:
            async with self._uow.begin(self._context(event)) as tx:
                await self._run(tx, [event])
                await tx.conn.execute(delete(parked).where(parked.c.id == event.id))
        except Exception as error:
            if is_infrastructure(error):
                raise
            async with self._uow.begin(self._context(event)) as tx:
                values = {"released_at": null(), "error": fault_text(error)[:2000]}
                await tx.conn.execute(update(parked).where(parked.c.id == event.id).values(values))
            return False
        self._count("applied", [event])
        return True

    def _system_context(self) -> Context:
        return Context(fund="*", actor=self._actor, now=self._clock.now())

    def _context(self, event: Envelope) -> Context:
        now: datetime = self._clock.now()
        return Context(fund=event.fund, actor=self._actor, now=now, traceparent=event.traceparent)


def fault_text(error: Exception) -> str:
    """Say what is wrong with an event without its data, which may be a person's and is read by whoever operates."""
    name = type(error).__name__
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return f"{name}: " + "; ".join(f"/{'/'.join(map(str, one['loc']))} {one['type']}" for one in faults)
    if isinstance(error, DBAPIError):
        # The driver's own message quotes rows and parameters; its class, code and constraint do not.
        cause = getattr(error.orig, "__cause__", None) or error.orig
        said = (getattr(cause, part, None) for part in ("sqlstate", "table_name", "constraint_name"))
        return " ".join([f"{name}: {type(cause).__name__}", *(str(one) for one in said if one)])
    return f"{name}: {error}"


def is_infrastructure(error: Exception) -> bool:
    """Tell a missing database or a lost race, where trying again helps, from a fault of the event or the code."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        if state in _RETRYABLE_STATES or error.connection_invalidated:
            return True
        return isinstance(error, (OperationalError, InterfaceError)) and state is None
    return isinstance(error, (OSError, TimeoutError, PoolTimeoutError))
