"""A member's contact changed."""

from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import ContactChange, Tx


async def change_contact(tx: Tx, *, change: ContactChange) -> None:
    """Keep the newest contact of a member, and let go the messages that waited for it.

    Another telephone number is no other address: an address that is held stays held.
    """
    if not await tx.contacts.apply(change):
        return
    tx.audit(
        "contact.changed",
        entity="contact",
        entity_id=change.member_id,
        person_id=change.member_id,
        origin=change.origin,
        version=change.version,
    )
    contact = await tx.contacts.find(change.member_id)
    if change.email is None or contact is None or not contact.reachable:
        return
    for message_id in await tx.messages.release_waiting(change.member_id):
        tx.audit("message.released", entity="message", entity_id=message_id, state=MessageState.QUEUED.value)
