"""Messages as members and operators see them: kept, listed, queued again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from kit.ids import new_id
from notify_svc.adapters.message_queue import PostgresQueue, to_message
from notify_svc.adapters.tables import delivery_attempt, message
from notify_svc.domain.delivery import Outcome
from notify_svc.domain.mail import Message
from notify_svc.domain.message_states import UNDELIVERED, MessageState
from notify_svc.use_cases.ports import Attempt, NewMessage, WantedMessages

_REAL_NOW = func.statement_timestamp()
_ADD = (
    insert(message)
    .values(next_attempt_at=_REAL_NOW)
    .on_conflict_do_nothing(constraint="message_once")
    .returning(message.c.id)
)
_RELEASE = (
    update(message)
    .where(
        message.c.member_id == bindparam("of_member"),
        message.c.state == MessageState.WAITING_CONTACT.value,
    )
    .values(state=MessageState.QUEUED.value, next_attempt_at=_REAL_NOW)
    .returning(message.c.id)
)
_QUEUE_AGAIN = (
    update(message)
    .where(message.c.id == bindparam("of_message"))
    .values(
        state=bindparam("new_state"),
        next_attempt_at=_REAL_NOW,
        sending=message.c.sending + 1,
        attempts=0,
        reason=null(),
    )
)
_FAIL = (
    update(message)
    .where(message.c.id == bindparam("of_message"))
    .values(state=MessageState.FAILED.value, reason=bindparam("new_reason"))
)
_HOLD_QUEUED = (
    update(message)
    .where(message.c.member_id == bindparam("of_member"), message.c.state == MessageState.QUEUED.value)
    .values(state=MessageState.WAITING_CONTACT.value)
    .returning(message.c.id)
)
_GET = select(message).where(message.c.id == bindparam("of_message"))
# Every fund is named: the index begins with it.
_COUNT = (
    select(message.c.state, func.count().label("messages"))
    .where(
        message.c.fund.in_(bindparam("funds", expanding=True)),
        message.c.state.in_([state.value for state in UNDELIVERED]),
    )
    .group_by(message.c.state)
)
_LIST = select(message).order_by(message.c.id.desc()).limit(bindparam("most"))
_ATTEMPTS = (
    select(delivery_attempt)
    .where(delivery_attempt.c.message_id == bindparam("of_message"))
    .order_by(delivery_attempt.c.sending, delivery_attempt.c.number)
)


def _to_attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        sending=row.sending,
        number=row.number,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        code=row.code,
        answer=row.answer,
    )


class PostgresMessages(PostgresQueue):
    async def add(self, new: NewMessage, state: MessageState) -> UUID | None:
        values = {
            "id": new_id(),
            "fund": self._context.fund,
            "event_id": new.event_id,
            "template": new.template,
            "member_id": new.member_id,
            "state": state.value,
            "data": dict(new.data),
            "document_key": new.document.key if new.document else None,
            "document_sha256": new.document.sha256 if new.document else None,
            "sending": 0,
            "attempts": 0,
            "created_at": self._context.now,
            "traceparent": self._context.traceparent,
        }
        added: UUID | None = (await self._conn.execute(_ADD, values)).scalar()
        return added

    async def release_waiting(self, member_id: UUID) -> Sequence[UUID]:
        released: Sequence[UUID] = (await self._conn.execute(_RELEASE, {"of_member": member_id})).scalars().all()
        return released

    async def queue_again(self, message_id: UUID, state: MessageState) -> None:
        values = {"of_message": message_id, "new_state": state.value}
        await self._conn.execute(_QUEUE_AGAIN, values)

    async def fail(self, message_id: UUID, *, reason: str) -> None:
        await self._conn.execute(_FAIL, {"of_message": message_id, "new_reason": reason})

    async def hold_queued(self, member_id: UUID) -> Sequence[UUID]:
        held: Sequence[UUID] = (await self._conn.execute(_HOLD_QUEUED, {"of_member": member_id})).scalars().all()
        return held

    async def get(self, message_id: UUID, *, member_id: UUID | None, lock: bool = False) -> Message | None:
        statement = _GET.with_for_update() if lock else _GET
        row = (await self._conn.execute(statement, {"of_message": message_id})).first()
        if row is None or (member_id is not None and row.member_id != member_id):
            return None
        return to_message(row)

    async def find(self, wanted: WantedMessages, *, before: UUID | None, limit: int) -> Sequence[Message]:
        statement = _LIST
        if wanted.member_id is not None:
            statement = statement.where(message.c.member_id == wanted.member_id)
        if wanted.state is not None:
            statement = statement.where(message.c.state == wanted.state.value)
        if wanted.template is not None:
            statement = statement.where(message.c.template == wanted.template)
        if wanted.created_from is not None:
            statement = statement.where(message.c.created_at >= wanted.created_from)
        if wanted.created_before is not None:
            statement = statement.where(message.c.created_at < wanted.created_before)
        if before is not None:
            statement = statement.where(message.c.id < before)
        return [to_message(row) for row in await self._conn.execute(statement, {"most": limit})]

    async def count_undelivered(self, funds: Sequence[str]) -> Mapping[MessageState, int]:
        rows = await self._conn.execute(_COUNT, {"funds": list(funds)})
        return {MessageState(row.state): row.messages for row in rows}

    async def attempts(self, message_id: UUID) -> Sequence[Attempt]:
        rows = await self._conn.execute(_ATTEMPTS, {"of_message": message_id})
        return [_to_attempt(row) for row in rows]
