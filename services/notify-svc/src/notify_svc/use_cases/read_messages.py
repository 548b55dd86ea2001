"""Members and operators read the history of messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from notify_svc.domain.errors import MessageNotFound
from notify_svc.domain.mail import Contact, Message
from notify_svc.use_cases.ports import Attempt, RecordedBounce, Tx, WantedMessages


async def list_messages(tx: Tx, *, wanted: WantedMessages, before: UUID | None, limit: int) -> Sequence[Message]:
    """Return one page of messages, newest first."""
    messages = await tx.messages.find(wanted, before=before, limit=limit)
    tx.audit(
        "message.listed",
        entity="member",
        entity_id=wanted.member_id or "all",
        person_id=wanted.member_id,
        count=len(messages),
    )
    return messages


@dataclass(frozen=True, slots=True)
class MessageStory:
    """A message with the contact that it goes to, and what happened to it on the way."""

    message: Message
    contact: Contact | None
    attempts: Sequence[Attempt]
    bounces: Sequence[RecordedBounce]


async def read_message(tx: Tx, *, message_id: UUID, owner_member_id: UUID | None) -> MessageStory:
    """Return a message with the member's contact; only staff, who own none, see what happened to it on the way.

    Raises: MessageNotFound, also for another member's message.
    """
    message = await tx.messages.get(message_id, member_id=owner_member_id)
    if message is None:
        raise MessageNotFound("no such message")
    contact = await tx.contacts.find(message.member_id)
    tx.audit("message.read", entity="message", entity_id=message_id, person_id=message.member_id)
    if owner_member_id is not None:
        return MessageStory(message, contact, (), ())
    attempts = await tx.messages.attempts(message_id)
    return MessageStory(message, contact, attempts, await tx.bounces.of_message(message_id))


async def list_bounces(tx: Tx, *, member_id: UUID | None, before: UUID | None, limit: int) -> Sequence[RecordedBounce]:
    """Return one page of the messages that came back, newest first."""
    found = await tx.bounces.find(member_id=member_id, before=before, limit=limit)
    tx.audit("bounce.listed", entity="member", entity_id=member_id or "all", person_id=member_id, count=len(found))
    return found
