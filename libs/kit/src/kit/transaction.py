"""One transaction: state, audit and events commit together or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context, child_traceparent
from kit.database import Database
from kit.events import DomainEvent
from kit.ids import new_id
from kit.tables import KitTables

_SET_FUND = text("select set_config('app.fund', :fund, true)")


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
        self.context = context
        if context.fund != self._visible_fund:
            self._visible_fund = context.fund
            await self.conn.execute(_SET_FUND, {"fund": context.fund})

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
                "data": event_adapter(type(event)).dump_python(event, mode="json"),
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
                "details": details,
            }
        )

    async def flush(self) -> bool:
        """Write the collected rows; say whether there were events."""
        if self._audit:
            await self.conn.execute(insert(self.tables.audit_entry), self._audit)
            self._audit = []
        if not self._events:
            return False
        await self.conn.execute(insert(self.tables.outbox), self._events)
        self._events = []
        return True


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
            await conn.execute(_SET_FUND, {"fund": context.fund})
            tx = self.factory(conn, context)
            yield tx
            published = await tx.flush()
        if published:
            self._waker.wake()

    async def close(self) -> None:
        """Let the last notice to the relay go out, then close every connection."""
        await self._waker.finish()
        await self.database.dispose()


class _RelayWaker:
    """Tell the relay, in another process, that there is something to publish.

    NOTIFY takes a global lock at commit, so it must not run inside business transactions (measured: 17,800 inserts/s
    fall to 3,900): one coalesced NOTIFY runs beside them.
    """

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._notify = text(f'notify "{channel}"')
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def wake(self) -> None:
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
                async with self._database.engine.connect() as conn, conn.begin():
                    await conn.execute(self._notify)
            except (OSError, DBAPIError):
                return
            if not self._again:
                return
