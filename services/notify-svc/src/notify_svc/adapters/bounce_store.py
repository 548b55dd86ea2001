"""The reports about messages that came back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context
from kit.ids import new_id
from notify_svc.adapters.tables import bounce, contact
from notify_svc.domain.bounce import Bounce
from notify_svc.domain.return_path import Sending
from notify_svc.use_cases.ports import RecordedBounce

_ADD = insert(bounce).on_conflict_do_nothing(constraint="bounce_once").returning(bounce.c.id)
_ALL = (
    select(bounce, contact.c.held_since)
    .outerjoin(contact, (contact.c.fund == bounce.c.fund) & (contact.c.member_id == bounce.c.member_id))
    .order_by(bounce.c.id.desc())
)
_LIST = _ALL.limit(bindparam("most"))
_OF_MESSAGE = _ALL.where(bounce.c.message_id == bindparam("of_message"))


def _to_recorded(row: Row[Any]) -> RecordedBounce:
    return RecordedBounce(
        bounce_id=row.id,
        member_id=row.member_id,
        bounce=Bounce(Sending(row.message_id, row.sending), row.status, row.diagnostic),
        received_at=row.received_at,
        address_held_since=row.held_since,
    )


class PostgresBounces:
    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def add(self, new: Bounce, *, member_id: UUID) -> bool:
        values = {
            "id": new_id(),
            "fund": self._context.fund,
            "message_id": new.sending.message_id,
            "sending": new.sending.number,
            "member_id": member_id,
            "status": new.status,
            "diagnostic": new.diagnostic,
            "received_at": self._context.now,
        }
        return (await self._conn.execute(_ADD, values)).scalar() is not None

    async def find(self, *, member_id: UUID | None, before: UUID | None, limit: int) -> Sequence[RecordedBounce]:
        statement = _LIST
        if member_id is not None:
            statement = statement.where(bounce.c.member_id == member_id)
        if before is not None:
            statement = statement.where(bounce.c.id < before)
        return [_to_recorded(row) for row in await self._conn.execute(statement, {"most": limit})]

    async def of_message(self, message_id: UUID) -> Sequence[RecordedBounce]:
        return [_to_recorded(row) for row in await self._conn.execute(_OF_MESSAGE, {"of_message": message_id})]
