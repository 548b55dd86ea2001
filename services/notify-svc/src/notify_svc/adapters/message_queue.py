"""Messages as the sender sees them: taken, tried, moved on.

SMTP has no transaction: between the relay taking the text and its answer reaching us, a broken connection or a dead
process leaves the truth open. So each attempt is written down before the text is sent, and what is still open when
the lease of a dead sender ends becomes `unknown` and is sent again under the same Message-ID. That keeps the one
window that RFC 5321 (6.1) leaves to every sender, makes it visible, and lets the receiver drop the copy; a message
whose text never started is never sent twice.

Pauses and leases run on the database's clock: real time, the same for every worker, while the demo's clock jumps.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Double,
    Integer,
    Row,
    TableValuedAlias,
    Text,
    Uuid,
    bindparam,
    column,
    exists,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from kit.context import Context
from notify_svc.adapters.contact_store import to_contact
from notify_svc.adapters.tables import contact, delivery_attempt, message
from notify_svc.domain.delivery import NextStep, Outcome
from notify_svc.domain.mail import DocumentReference, Message
from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import ClaimedMessage, EndedAttempt

_LONGEST_ANSWER = 500
_REAL_NOW = func.statement_timestamp()
_SECONDS = bindparam("seconds", type_=Double)
_SECONDS_FROM_NOW = _REAL_NOW + func.make_interval(0, 0, 0, 0, 0, 0, _SECONDS)
_FREE: dict[str, Any] = {"claim": null(), "lease_until": null()}
_MOMENT = DateTime(timezone=True)


def _lists(name: str, **columns: TypeEngine[Any]) -> TableValuedAlias:
    """Make a table of parameters, one list a column: a batch is one statement, however many rows it has."""
    lists = [bindparam(f"{name}_{key}", type_=ARRAY(kind)) for key, kind in columns.items()]
    table = func.unnest(*lists).table_valued(*(column(key, kind) for key, kind in columns.items()))
    return table.render_derived(name=name)


def _columns(table: TableValuedAlias, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {f"{table.name}_{key}": [row[key] for row in rows] for key in [one.key for one in table.c]}


_DUE = (
    select(message.c.id)
    .where(message.c.state == MessageState.QUEUED.value, message.c.next_attempt_at <= _REAL_NOW)
    .order_by(message.c.next_attempt_at, message.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(message)
    .where(message.c.id == _DUE.c.id)
    .values(state=MessageState.SENDING.value, claim=bindparam("new_claim"), lease_until=_SECONDS_FROM_NOW)
    .returning(message)
)
_CONTACTS = select(contact).where(contact.c.member_id.in_(bindparam("members", expanding=True)))

_STARTED = _lists("started", of_message=Uuid(), of_claim=Uuid())
_EXTEND = (
    update(message)
    .where(message.c.id == _STARTED.c.of_message, message.c.claim == _STARTED.c.of_claim)
    .values(attempts=message.c.attempts + 1, lease_until=_SECONDS_FROM_NOW)
    .returning(message.c.id, message.c.sending, message.c.attempts, message.c.fund)
    .cte("held")
)
_START = (
    insert(delivery_attempt)
    .from_select(
        ["message_id", "sending", "number", "fund", "started_at"],
        select(_EXTEND, bindparam("moment", type_=_MOMENT)),
    )
    .returning(delivery_attempt.c.message_id, delivery_attempt.c.number)
)
_ENDED = _lists(
    "ended",
    of_message=Uuid(),
    of_claim=Uuid(),
    new_state=Text(),
    new_reason=Text(),
    seconds=Double(),
    delivered=_MOMENT,
    version=Text(),
    in_language=Text(),
    how=Text(),
    smtp_code=Integer(),
    said=Text(),
)
_MOVE = (
    update(message)
    .where(message.c.id == _ENDED.c.of_message, message.c.claim == _ENDED.c.of_claim)
    .values(
        state=_ENDED.c.new_state,
        reason=_ENDED.c.new_reason,
        next_attempt_at=_REAL_NOW + func.make_interval(0, 0, 0, 0, 0, 0, _ENDED.c.seconds),
        delivered_at=func.coalesce(_ENDED.c.delivered, message.c.delivered_at),
        template_version=_ENDED.c.version,
        language=_ENDED.c.in_language,
        **_FREE,
    )
    .returning(message.c.id, message.c.sending, message.c.attempts, _ENDED.c.how, _ENDED.c.smtp_code, _ENDED.c.said)
    .cte("moved")
)
_CLOSE = (
    update(delivery_attempt)
    .where(
        delivery_attempt.c.message_id == _MOVE.c.id,
        delivery_attempt.c.sending == _MOVE.c.sending,
        delivery_attempt.c.number == _MOVE.c.attempts,
    )
    .values(
        finished_at=bindparam("moment", type_=_MOMENT),
        outcome=_MOVE.c.how,
        code=_MOVE.c.smtp_code,
        answer=_MOVE.c.said,
    )
    .returning(delivery_attempt.c.message_id)
)
_OPEN_ATTEMPT = exists().where(delivery_attempt.c.message_id == message.c.id, delivery_attempt.c.outcome.is_(None))
_GIVE_BACK = (
    update(message)
    .where(message.c.claim == bindparam("of_claim"), ~_OPEN_ATTEMPT)
    .values(state=MessageState.QUEUED.value, next_attempt_at=_SECONDS_FROM_NOW, **_FREE)
)
_RECOVER = (
    update(message)
    .where(message.c.state == MessageState.SENDING.value, message.c.lease_until < _REAL_NOW)
    .values(state=MessageState.QUEUED.value, next_attempt_at=_REAL_NOW, **_FREE)
    .returning(message.c.id)
)
_CLOSE_UNKNOWN = (
    update(delivery_attempt)
    .where(
        delivery_attempt.c.message_id.in_(bindparam("messages", expanding=True)),
        delivery_attempt.c.outcome.is_(None),
    )
    .values(outcome=Outcome.UNKNOWN.value, finished_at=bindparam("moment"), answer="the sender died")
)


def to_message(row: Row[Any]) -> Message:
    document = None
    if row.document_key is not None:
        document = DocumentReference(key=row.document_key, sha256=row.document_sha256)
    return Message(
        id=row.id,
        fund=row.fund,
        event_id=row.event_id,
        template=row.template,
        member_id=row.member_id,
        state=MessageState(row.state),
        data=row.data,
        document=document,
        sending=row.sending,
        attempts=row.attempts,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        reason=row.reason,
        traceparent=row.traceparent,
    )


class PostgresQueue:
    def __init__(self, conn: AsyncConnection, context: Context) -> None:
        self._conn = conn
        self._context = context

    async def claim_due(self, *, claim: UUID, limit: int, lease_seconds: float) -> Sequence[ClaimedMessage]:
        parameters = {"new_claim": claim, "most": limit, "seconds": lease_seconds}
        rows = (await self._conn.execute(_CLAIM, parameters)).all()
        if not rows:
            return []
        members = list({row.member_id for row in rows})
        found = await self._conn.execute(_CONTACTS, {"members": members})
        contacts = {(row.fund, row.member_id): to_contact(row) for row in found}
        return [
            ClaimedMessage(to_message(row), contacts[row.fund, row.member_id], claim)
            for row in sorted(rows, key=lambda row: row.id)
        ]

    async def start_attempts(self, claimed: Sequence[ClaimedMessage], *, lease_seconds: float) -> Mapping[UUID, int]:
        if not claimed:
            return {}
        parameters = _columns(_STARTED, [_held(one) for one in claimed])
        started = await self._conn.execute(_START, parameters | {"seconds": lease_seconds, "moment": self._context.now})
        return {row.message_id: row.number for row in started}

    async def finish_attempts(self, ended: Sequence[EndedAttempt], steps: Sequence[NextStep]) -> AbstractSet[UUID]:
        if not ended:
            return frozenset()
        rows = [self._end(one, step) for one, step in zip(ended, steps, strict=True)]
        closed = await self._conn.execute(_CLOSE, _columns(_ENDED, rows) | {"moment": self._context.now})
        return set(closed.scalars())

    def _end(self, ended: EndedAttempt, step: NextStep) -> dict[str, Any]:
        answer, mail = ended.answer, ended.mail
        return _held(ended.claimed) | {
            "new_state": step.state.value,
            "new_reason": step.reason,
            "seconds": step.pause_seconds,
            "delivered": self._context.now if step.state is MessageState.DELIVERED else None,
            "version": mail.version if mail else None,
            "in_language": ended.claimed.contact.language if mail else None,
            "how": answer.outcome.value,
            "smtp_code": answer.code,
            # PostgreSQL keeps no zero byte, and a relay may say anything.
            "said": f"{answer.reason}: {answer.text}".replace("\0", " ")[:_LONGEST_ANSWER],
        }

    async def give_back(self, claim: UUID, *, pause_seconds: float) -> None:
        await self._conn.execute(_GIVE_BACK, {"of_claim": claim, "seconds": pause_seconds})

    async def recover_abandoned(self) -> Sequence[UUID]:
        abandoned: Sequence[UUID] = (await self._conn.execute(_RECOVER)).scalars().all()
        if abandoned:
            parameters = {"messages": list(abandoned), "moment": self._context.now}
            await self._conn.execute(_CLOSE_UNKNOWN, parameters)
        return abandoned


def _held(claimed: ClaimedMessage) -> dict[str, Any]:
    return {"of_message": claimed.message.id, "of_claim": claimed.claim}
