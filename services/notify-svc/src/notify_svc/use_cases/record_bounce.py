"""A mail server sent a message back."""

from notify_svc.domain.bounce import Bounce, Consequence
from notify_svc.domain.events import MessageFailed
from notify_svc.domain.mail import CHANNEL, Message
from notify_svc.domain.message_states import MessageState, move
from notify_svc.use_cases.ports import Tx


async def record_bounce(tx: Tx, *, bounce: Bounce, bounces_to_hold: int) -> Consequence:
    """Keep a report once, fail its message, and hold an address that keeps failing.

    A report about an earlier sending than the present one changes no state. What is queued for a held address waits
    for the member's next contact.
    """
    sending = bounce.sending
    message = await tx.messages.get(sending.message_id, member_id=None, lock=True)
    if message is None or sending.number > message.sending:
        tx.audit("bounce.unmatched", entity="message", entity_id=sending.message_id, number=sending.number)
        return Consequence.UNMATCHED
    if not await tx.bounces.add(bounce, member_id=message.member_id):
        return Consequence.DUPLICATE
    consequence = Consequence.RECORDED
    if message.state is MessageState.DELIVERED and sending.number == message.sending:
        await _fail(tx, message, bounce)
        consequence = Consequence.FAILED
    if bounce.blames_address:
        await _blame_address(tx, message, bounces_to_hold)
    tx.audit(
        "message.bounced",
        entity="message",
        entity_id=message.id,
        person_id=message.member_id,
        status=bounce.status,
        consequence=consequence.value,
    )
    return consequence


async def _fail(tx: Tx, message: Message, bounce: Bounce) -> None:
    move(message.state, MessageState.FAILED)
    await tx.messages.fail(message.id, reason=bounce.reason)
    tx.publish(
        MessageFailed(
            message_id=message.id,
            member_id=message.member_id,
            template=message.template,
            channel=CHANNEL,
            at=tx.now,
            reason=bounce.reason,
        )
    )


async def _blame_address(tx: Tx, message: Message, bounces_to_hold: int) -> None:
    """Count the failure against the address that the message went to, unless the member has another one since."""
    sent_at = message.delivered_at or message.created_at
    held = await tx.contacts.count_bounce(message.member_id, sent_at=sent_at, bounces_to_hold=bounces_to_hold)
    if not held:
        return
    waiting = await tx.messages.hold_queued(message.member_id)
    tx.audit(
        "address.held",
        entity="contact",
        entity_id=message.member_id,
        person_id=message.member_id,
        waiting_messages=len(waiting),
    )
