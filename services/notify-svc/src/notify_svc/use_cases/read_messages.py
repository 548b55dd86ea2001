"""Members and operators read the history of messages."""

from collections.abc import Sequence
from uuid import UUID

from notify_svc.domain.errors import MessageNotFound
from notify_svc.domain.mail import Contact, Message
from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import Attempt, Tx


async def list_messages(
    tx: Tx, *, member_id: UUID | None, state: MessageState | None, before: UUID | None, limit: int
) -> Sequence[Message]:
    """Return one page of messages, newest first."""
    messages = await tx.messages.find(member_id=member_id, state=state, before=before, limit=limit)
    tx.audit(
        "message.listed",
        entity="member",
        entity_id=member_id or "all",
        person_id=member_id,
        count=len(messages),
    )
    return messages


async def read_message(
    tx: Tx, *, message_id: UUID, owner_member_id: UUID | None
) -> tuple[Message, Contact | None, Sequence[Attempt]]:
    """Return a message with the member's contact and its attempts.

    Raises: MessageNotFound, also for another member's message.
    """
    message = await tx.messages.get(message_id, member_id=owner_member_id)
    if message is None:
        raise MessageNotFound("no such message")
    contact = await tx.contacts.find(message.member_id)
    attempts = await tx.messages.attempts(message_id)
    tx.audit("message.read", entity="message", entity_id=message_id, person_id=message.member_id)
    return message, contact, attempts
