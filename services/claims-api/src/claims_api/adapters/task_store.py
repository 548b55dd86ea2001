"""What members have to do, in PostgreSQL."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from claims_api.adapters.tables import TASK
from claims_api.domain.task import Task, TaskKind
from kit.context import Context

_OPEN_FOR = (
    select(*(column for column in TASK.c if column.name not in {"fund", "closed_at"}))
    .where(TASK.c.member_id == bindparam("member_id"), TASK.c.closed_at.is_(None))
    .order_by(TASK.c.due_on.asc().nulls_first(), TASK.c.opened_at)
)
_CLOSE = (
    update(TASK)
    .where(TASK.c.kind == bindparam("of_kind"), TASK.c.subject_id == bindparam("of_subject"))
    .where(TASK.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"))
)


class PostgresTaskStore:
    """The port TaskStore over one open transaction."""

    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def open(self, task: Task) -> None:
        row = asdict(task) | {"fund": self._context.fund}
        await self._conn.execute(insert(TASK).values(row).on_conflict_do_nothing())

    async def close(self, kind: TaskKind, subject_id: UUID, *, at: datetime) -> None:
        await self._conn.execute(_CLOSE, {"of_kind": kind, "of_subject": subject_id, "at": at})

    async def open_for(self, member_id: UUID) -> list[Task]:
        rows = (await self._conn.execute(_OPEN_FOR, {"member_id": member_id})).mappings()
        return [Task(**{**row, "kind": TaskKind(row["kind"])}) for row in rows]
