"""Attempts to deliver have ended, and others begin."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from notify_svc.domain.delivery import NextStep, RetryPolicy, next_step
from notify_svc.domain.events import MessageDelivered, MessageFailed
from notify_svc.domain.mail import CHANNEL, Message
from notify_svc.domain.message_states import MessageState, move
from notify_svc.use_cases.ports import ClaimedMessage, EndedAttempt, Tx


async def finish_attempts(tx: Tx, *, ended: Sequence[EndedAttempt], policy: RetryPolicy) -> Sequence[NextStep | None]:
    """Write down the answers, move the messages on, and tell the others of those whose way has ended.

    Returns each message's next step, None where another sender took it over meanwhile: that one is not changed.
    """
    steps = [next_step(one.answer, attempts=one.number, policy=policy) for one in ended]
    for step in steps:
        move(MessageState.SENDING, step.state)
    held = await tx.messages.finish_attempts(ended, steps)
    taken: list[NextStep | None] = []
    for one, step in zip(ended, steps, strict=True):
        still = one.claimed.message.id in held
        taken.append(step if still else None)
        if still:
            _tell(tx, one, step)
    return taken


async def start_attempts(tx: Tx, *, claimed: Sequence[ClaimedMessage], lease_seconds: float) -> Mapping[UUID, int]:
    """Write down that attempts begin, before any text is sent; return their numbers by message."""
    return await tx.messages.start_attempts(claimed, lease_seconds=lease_seconds)


def _tell(tx: Tx, ended: EndedAttempt, step: NextStep) -> None:
    message, answer = ended.claimed.message, ended.answer
    tx.follow(fund=message.fund, traceparent=message.traceparent)
    if step.state is MessageState.DELIVERED:
        tx.publish(_delivered(tx, message))
    elif step.state is MessageState.FAILED:
        tx.publish(_failed(tx, message, step.reason or "unknown"))
    tx.audit(
        f"message.{answer.outcome.value}",
        entity="message",
        entity_id=message.id,
        person_id=message.member_id,
        attempt=ended.number,
        code=answer.code,
        state=step.state.value,
    )


def _delivered(tx: Tx, message: Message) -> MessageDelivered:
    return MessageDelivered(
        message_id=message.id, member_id=message.member_id, template=message.template, channel=CHANNEL, at=tx.now
    )


def _failed(tx: Tx, message: Message, reason: str) -> MessageFailed:
    return MessageFailed(
        message_id=message.id,
        member_id=message.member_id,
        template=message.template,
        channel=CHANNEL,
        at=tx.now,
        reason=reason,
    )
