"""An event asks for a message."""

from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import NewMessage, Templates, Tx


async def queue_message(tx: Tx, *, templates: Templates, new: NewMessage) -> None:
    """Queue one message for one event; without a known contact it waits, visibly, until the contact comes.

    What the member does without by e-mail is kept for the history and not sent.

    Raises: TemplateNotFound when the fund could never write it: the event is parked for a person to see.
    """
    templates.require(tx.fund, new.template)
    state = await _state(tx, templates, new)
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


async def _state(tx: Tx, templates: Templates, new: NewMessage) -> MessageState:
    optional = new.template in templates.optional(tx.fund)
    if optional and new.template in await tx.preferences.declined(new.member_id):
        return MessageState.NOT_WANTED
    contact = await tx.contacts.find(new.member_id)
    reachable = contact is not None and contact.reachable
    return MessageState.QUEUED if reachable else MessageState.WAITING_CONTACT
