"""One transaction: state, audit and events commit together or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.bus.port import GATHER_SECONDS
from kit.context import Context, child_traceparent
from kit.database import Database, begin_for
from kit.events import DomainEvent
from kit.ids import new_id
from kit.tables import KitTables

# The statements of every transaction go to the driver as they are: no time is spent on putting them together.
_SET_FUND = "select set_config('app.fund', $1, true)"
_AUDIT_TYPES = {
    "fund": "text",
    "at": "timestamptz",
    "actor": "text",
    "action": "text",
    "entity": "text",
    "entity_id": "text",
    "person_id": "uuid",
    "request_id": "text",
    "traceparent": "text",
    "details": "jsonb",
}
_EVENT_TYPES = {
    "id": "uuid",
    "type": "text",
    "source": "text",
    "subject": "text",
    "time": "timestamptz",
    "fund": "text",
    "traceparent": "text",
    "data": "jsonb",
}


_ANSWER = (
    'answered as (update "{schema}".idempotency_key set status = ${0}, location = ${1}, body = ${2} '
    "where fund = ${3} and actor = ${4} and route = ${5} and key = ${6}), "
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to a request, under its idempotency key."""

    status: int
    location: str | None
    body: bytes
    fund: str
    actor: str
    route: str
    key: str


@cache
def _flush_statement(schema: str, *, answered: bool) -> str:
    """Write both lists and the answer in one statement, the events in the order of their publishing."""
    audit, outbox = ", ".join(f'"{name}"' for name in _AUDIT_TYPES), ", ".join(f'"{name}"' for name in _EVENT_TYPES)
    types = enumerate([*_AUDIT_TYPES.values(), *_EVENT_TYPES.values()], start=1)
    lists = [f"${number}::{kind}[]" for number, kind in types]
    audited, published = ", ".join(lists[: len(_AUDIT_TYPES)]), ", ".join(lists[len(_AUDIT_TYPES) :])
    after = len(_AUDIT_TYPES) + len(_EVENT_TYPES) + 1
    answer = _ANSWER.format(*range(after, after + len(fields(StoredAnswer))), schema=schema) if answered else ""
    return (
        f'with {answer}audited as (insert into "{schema}".audit_entry ({audit}) '  # noqa: S608 (constants)
        f"select {audit} from unnest({audited}) with ordinality as one ({audit}, place) order by place) "
        f'insert into "{schema}".outbox ({outbox}) '
        f"select {outbox} from unnest({published}) with ordinality as one ({outbox}, place) order by place"
    )


def _columns(rows: list[dict[str, Any]], names: Iterable[str]) -> list[list[Any]]:
    return [[row[name] for row in rows] for name in names]


@cache
def event_adapter(event_type: type[Any]) -> TypeAdapter[Any]:
    """Return the (cached) writer of one event class."""
    return TypeAdapter(event_type)


class Transaction:
    """What a use case receives: the open connection, its circumstances, its events and its audit rows.

    A service's subclass names its tables and its source, and adds its stores.
    """

    tables: ClassVar[KitTables]
    source: ClassVar[str]

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self.conn = conn
        self.context = context
        self._visible_fund = context.fund
        self._events: list[dict[str, Any]] = []
        self._audit: list[dict[str, Any]] = []
        self._answer: StoredAnswer | None = None
        self._gathered: dict[str, list[dict[str, Any]]] = {}

    @property
    def now(self) -> datetime:
        """Return the moment of the transaction, aware UTC."""
        return self.context.now

    @property
    def fund(self) -> str:
        """Return the fund whose rows this transaction sees."""
        return self.context.fund

    async def enter(self, context: Context) -> None:
        """Take other circumstances inside the same transaction (the next event of a batch)."""
        if context.fund != self._visible_fund:
            await self.settle()
            self._visible_fund = context.fund
            await self.conn.exec_driver_sql(_SET_FUND, (context.fund,))
        self.context = context

    def gather(self, statement: str, row: dict[str, Any]) -> None:
        """Let a row wait for others of its statement, which takes them all at once: `jsonb_to_recordset($1)`.

        Nobody finds the row in the database before `settle`, which the commit calls.
        """
        self._gathered.setdefault(statement, []).append(row)

    async def settle(self) -> None:
        """Write the rows that were gathered, statement by statement in the order of their first row."""
        gathered, self._gathered = self._gathered, {}
        for statement, rows in gathered.items():
            await self.conn.exec_driver_sql(statement, (orjson.dumps(rows, default=str).decode(),))

    def publish(self, event: DomainEvent) -> None:
        """Write an event to the outbox with this transaction."""
        self._events.append(
            {
                "id": new_id(),
                "type": event.TYPE,
                "source": self.source,
                "subject": event.subject,
                "time": self.context.now,
                "fund": self.context.fund,
                "traceparent": child_traceparent(self.context.traceparent),
                "data": event_adapter(type(event)).dump_json(event).decode(),
            }
        )

    def audit(
        self, action: str, *, entity: str, entity_id: object, person_id: UUID | None = None, **details: Any
    ) -> None:
        """Record who did or read what; details hold no personal data beyond ids."""
        self._audit.append(
            {
                "fund": self.context.fund,
                "at": self.context.now,
                "actor": self.context.actor,
                "action": action,
                "entity": entity,
                "entity_id": str(entity_id),
                "person_id": person_id,
                "request_id": self.context.request_id,
                "traceparent": self.context.traceparent,
                # As text what JSON has no form for: the ids that the driver reads are of its own class.
                "details": orjson.dumps(details, default=str).decode(),
            }
        )

    def answer(self, answer: StoredAnswer) -> None:
        """Keep the answer to the request with this transaction."""
        self._answer = answer

    async def flush(self) -> bool:
        """Write the collected rows; say whether there were events."""
        await self.settle()
        if not self._audit and not self._events and not self._answer:
            return False
        audit, events = self._audit, self._events
        answer = astuple(self._answer) if self._answer else ()
        self._audit, self._events, self._answer = [], [], None
        parameters = (*_columns(audit, _AUDIT_TYPES), *_columns(events, _EVENT_TYPES), *answer)
        statement = _flush_statement(str(self.tables.outbox.schema), answered=bool(answer))
        await self.conn.exec_driver_sql(statement, parameters)
        return bool(events)


T = TypeVar("T", bound=Transaction)


class UnitOfWork(Generic[T]):
    """Open transactions of one service and wake its relay after those that published."""

    def __init__(self, database: Database, factory: type[T]) -> None:
        self.database = database
        self.factory = factory
        self._waker = _RelayWaker(database, f"{factory.source}_outbox")

    @asynccontextmanager
    async def begin(self, context: Context) -> AsyncIterator[T]:
        """Open a transaction for one fund; commit at the end, roll back on any error."""
        async with self.database.engine.begin() as conn:
            await begin_for(conn, context.fund)
            tx = self.factory(conn, context)
            yield tx
            published = await tx.flush()
        if published:
            self._waker.wake()

    def relay_here(self, wake: Callable[[], bool]) -> None:
        """Wake the relay of this process by a call, which returns False while another process's is the active one."""
        self._waker.here = wake

    async def close(self) -> None:
        """Let the last notice to the relay go out, then close every connection."""
        await self._waker.finish()
        await self.database.dispose()


class _RelayWaker:
    """Tell the relay, mostly in another process, that there is something to publish.

    NOTIFY takes a global lock at commit, so it must not run inside business transactions (measured: 17,800 inserts/s
    fall to 3,900): one coalesced NOTIFY runs beside them.
    """

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._notify = f'notify "{channel}"'
        self._task: asyncio.Task[None] | None = None
        self._again = False
        self.here: Callable[[], bool] | None = None

    def wake(self) -> None:
        if self.here is not None and self.here():
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send())
        else:
            self._again = True

    async def finish(self) -> None:
        if self._task is not None:
            await self._task

    async def _send(self) -> None:
        while True:
            self._again = False
            # The poll of the relay is the truth, the notice is a hint: a failure here costs half a second at most.
            try:
                async with self._database.engine.connect() as conn:
                    await conn.execution_options(isolation_level="AUTOCOMMIT")
                    await conn.exec_driver_sql(self._notify)
            except (OSError, DBAPIError):
                return
            await asyncio.sleep(GATHER_SECONDS)
            if not self._again:
                return
