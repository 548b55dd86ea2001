"""An event asks for a message."""

from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import NewMessage, Templates, Tx


async def queue_message(tx: Tx, *, templates: Templates, new: NewMessage) -> None:
    """Queue one message for one event; without a known contact it waits, visibly, until the contact comes.

    Raises: TemplateNotFound when the fund could never write it: the event is parked for a person to see.
    """
    templates.require(tx.fund, new.template)
    contact = await tx.contacts.find(new.member_id)
    reachable = contact is not None and contact.reachable
    state = MessageState.QUEUED if reachable else MessageState.WAITING_CONTACT
    message_id = await tx.messages.add(new, state)
    if message_id is None:
        return
    tx.audit(
        "message.created",
        entity="message",
        entity_id=message_id,
        person_id=new.member_id,
        template=new.template,
        state=state.value,
    )
