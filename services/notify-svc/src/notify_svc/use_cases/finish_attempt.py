"""An attempt to deliver has ended."""

from notify_svc.domain.delivery import Answer, NextStep, RetryPolicy, next_step
from notify_svc.domain.events import MessageDelivered, MessageFailed
from notify_svc.domain.mail import CHANNEL, Message, RenderedMail
from notify_svc.domain.message_states import MessageState, move
from notify_svc.use_cases.ports import ClaimedMessage, Tx


async def finish_attempt(
    tx: Tx,
    *,
    claimed: ClaimedMessage,
    attempts: int,
    answer: Answer,
    policy: RetryPolicy,
    mail: RenderedMail | None,
) -> NextStep | None:
    """Write down the answer, move the message on, and tell the others when its way has ended.

    Returns None when another sender took the message over meanwhile: then nothing is changed.
    """
    message = claimed.message
    step = next_step(answer, attempts=attempts, policy=policy)
    move(MessageState.SENDING, step.state)
    if not await tx.messages.finish_attempt(claimed, answer=answer, step=step, mail=mail):
        return None
    _tell(tx, message, step)
    tx.audit(
        f"message.{answer.outcome.value}",
        entity="message",
        entity_id=message.id,
        person_id=message.member_id,
        attempt=attempts,
        code=answer.code,
        state=step.state.value,
    )
    return step


def _tell(tx: Tx, message: Message, step: NextStep) -> None:
    if step.state is MessageState.DELIVERED:
        tx.publish(
            MessageDelivered(
                message_id=message.id,
                member_id=message.member_id,
                template=message.template,
                channel=CHANNEL,
                at=tx.now,
            )
        )
    elif step.state is MessageState.FAILED:
        tx.publish(
            MessageFailed(
                message_id=message.id,
                member_id=message.member_id,
                template=message.template,
                channel=CHANNEL,
                at=tx.now,
                reason=step.reason or "unknown",
            )
        )
