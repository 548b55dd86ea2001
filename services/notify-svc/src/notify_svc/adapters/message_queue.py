"""Messages as the sender sees them: taken, tried, moved on.

SMTP has no transaction: between the relay taking the text and its answer reaching us, a broken connection or a dead
process leaves the truth open. So each attempt is written down before the text is sent, and what is still open when
the lease of a dead sender ends becomes `unknown` and is sent again under the same Message-ID. That keeps the one
window that RFC 5321 (6.1) leaves to every sender, makes it visible, and lets the receiver drop the copy; a message
whose text never started is never sent twice.

Pauses and leases run on the database's clock: real time, the same for every worker, while the demo's clock jumps.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Double, Row, bindparam, exists, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.context import Context
from notify_svc.adapters.contact_store import to_contact
from notify_svc.adapters.tables import contact, delivery_attempt, message
from notify_svc.domain.delivery import Answer, NextStep, Outcome
from notify_svc.domain.mail import DocumentReference, Message, RenderedMail
from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import ClaimedMessage

_LONGEST_ANSWER = 500
_REAL_NOW = func.statement_timestamp()
_SECONDS = bindparam("seconds", type_=Double)
_SECONDS_FROM_NOW = _REAL_NOW + func.make_interval(0, 0, 0, 0, 0, 0, _SECONDS)
_FREE: dict[str, Any] = {"claim": null(), "lease_until": null()}
_HELD = (message.c.id == bindparam("of_message"), message.c.claim == bindparam("of_claim"))

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

_EXTEND = (
    update(message)
    .where(*_HELD)
    .values(attempts=message.c.attempts + 1, lease_until=_SECONDS_FROM_NOW)
    .returning(message.c.id, message.c.sending, message.c.attempts, message.c.fund)
    .cte("held")
)
_START = (
    insert(delivery_attempt)
    .from_select(
        ["message_id", "sending", "number", "fund", "started_at"],
        select(_EXTEND, bindparam("moment", type_=DateTime(timezone=True))),
    )
    .returning(delivery_attempt.c.number)
)
_MOVE = (
    update(message)
    .where(*_HELD)
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        next_attempt_at=_SECONDS_FROM_NOW,
        delivered_at=func.coalesce(bindparam("moment", type_=DateTime(timezone=True)), message.c.delivered_at),
        template_version=bindparam("version"),
        language=bindparam("in_language"),
        **_FREE,
    )
    .returning(message.c.sending, message.c.attempts)
)
_CLOSE = (
    update(delivery_attempt)
    .where(
        delivery_attempt.c.message_id == bindparam("of_message"),
        delivery_attempt.c.sending == bindparam("of_sending"),
        delivery_attempt.c.number == bindparam("of_number"),
    )
    .values(
        finished_at=bindparam("moment"),
        outcome=bindparam("how"),
        code=bindparam("smtp_code"),
        answer=bindparam("said"),
    )
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

    async def start_attempt(self, claimed: ClaimedMessage, *, lease_seconds: float) -> int | None:
        parameters = self._held(claimed) | {"seconds": lease_seconds, "moment": self._context.now}
        number: int | None = (await self._conn.execute(_START, parameters)).scalar()
        return number

    async def finish_attempt(
        self, claimed: ClaimedMessage, *, answer: Answer, step: NextStep, mail: RenderedMail | None
    ) -> bool:
        delivered = step.state is MessageState.DELIVERED
        moved = await self._conn.execute(
            _MOVE,
            self._held(claimed)
            | {
                "new_state": step.state.value,
                "new_reason": step.reason,
                "seconds": step.pause_seconds,
                "moment": self._context.now if delivered else None,
                "version": mail.version if mail else None,
                "in_language": claimed.contact.language if mail else None,
            },
        )
        held = moved.first()
        if held is None:
            return False
        ended = {
            "of_message": claimed.message.id,
            "of_sending": held.sending,
            "of_number": held.attempts,
            "moment": self._context.now,
            "how": answer.outcome.value,
            "smtp_code": answer.code,
            "said": f"{answer.reason}: {answer.text}"[:_LONGEST_ANSWER],
        }
        await self._conn.execute(_CLOSE, ended)
        return True

    async def give_back(self, claim: UUID, *, pause_seconds: float) -> None:
        await self._conn.execute(_GIVE_BACK, {"of_claim": claim, "seconds": pause_seconds})

    async def recover_abandoned(self) -> Sequence[UUID]:
        abandoned: Sequence[UUID] = (await self._conn.execute(_RECOVER)).scalars().all()
        if abandoned:
            parameters = {"messages": list(abandoned), "moment": self._context.now}
            await self._conn.execute(_CLOSE_UNKNOWN, parameters)
        return abandoned

    @staticmethod
    def _held(claimed: ClaimedMessage) -> dict[str, Any]:
        return {"of_message": claimed.message.id, "of_claim": claimed.claim}
