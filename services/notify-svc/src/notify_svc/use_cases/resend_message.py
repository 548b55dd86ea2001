"""An operator sends a message again."""

from uuid import UUID

from notify_svc.domain.errors import MessageNotFound
from notify_svc.domain.mail import Message
from notify_svc.domain.message_states import MessageState, move
from notify_svc.use_cases.ports import Tx


async def resend_message(tx: Tx, *, message_id: UUID) -> Message:
    """Queue a delivered or failed message once more, as a new sending to the contact of today.

    Raises: MessageNotFound, MessageTransitionForbidden while it is still on its way.
    """
    message = await tx.messages.get(message_id, member_id=None, lock=True)
    if message is None:
        raise MessageNotFound("no such message")
    contact = await tx.contacts.find(message.member_id)
    reachable = contact is not None and contact.reachable
    state = move(message.state, MessageState.QUEUED if reachable else MessageState.WAITING_CONTACT)
    await tx.messages.queue_again(message.id, state)
    tx.audit("message.resent", entity="message", entity_id=message.id, person_id=message.member_id)
    again = await tx.messages.get(message_id, member_id=None)
    if again is None:
        raise MessageNotFound("no such message")
    return again
