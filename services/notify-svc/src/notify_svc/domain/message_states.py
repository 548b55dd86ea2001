"""The states of a message, and which may follow which."""

from collections.abc import Mapping
from enum import StrEnum

from notify_svc.domain.errors import MessageTransitionForbidden


class MessageState(StrEnum):
    """Where a message is on its way to the member."""

    WAITING_CONTACT = "waiting_contact"
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    NOT_WANTED = "not_wanted"


# What an operator watches: it is on its way, or will not come without somebody's help.
UNDELIVERED = (MessageState.WAITING_CONTACT, MessageState.QUEUED, MessageState.SENDING, MessageState.FAILED)

TRANSITIONS: Mapping[MessageState, frozenset[MessageState]] = {
    MessageState.WAITING_CONTACT: frozenset({MessageState.QUEUED}),
    # Back to waiting: the address that it was queued for is held.
    MessageState.QUEUED: frozenset({MessageState.SENDING, MessageState.WAITING_CONTACT}),
    # Back to queued: the relay asked to wait, or the sender died before it could write down the answer.
    MessageState.SENDING: frozenset({MessageState.QUEUED, MessageState.DELIVERED, MessageState.FAILED}),
    # The end, unless an operator sends the message again, or a mail server further on sends it back.
    MessageState.DELIVERED: frozenset({MessageState.FAILED, MessageState.QUEUED, MessageState.WAITING_CONTACT}),
    MessageState.FAILED: frozenset({MessageState.QUEUED, MessageState.WAITING_CONTACT}),
    # The member did without it by e-mail: it is only read in the portal.
    MessageState.NOT_WANTED: frozenset(),
}


def move(state: MessageState, to: MessageState) -> MessageState:
    """Return the new state.

    Raises: MessageTransitionForbidden.
    """
    if to not in TRANSITIONS[state]:
        raise MessageTransitionForbidden(f"a message cannot go from {state} to {to}", state=state.value)
    return to
