"""What a message is made of, before and after it is written out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from notify_svc.domain.message_states import MessageState

LANGUAGES = ("it", "en")
CHANNEL = "email"


def known_language(language: str | None) -> str:
    """Return a language that the templates have: Italian unless English was chosen."""
    return language if language in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and how to write to a member; without an address, or with one that is held, nothing can go out."""

    member_id: UUID
    first_name: str
    last_name: str
    email: str | None
    language: str
    held_since: datetime | None = None

    @property
    def reachable(self) -> bool:
        """Say whether there is an address that mail servers do not keep refusing."""
        return self.email is not None and self.held_since is None


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A document of the shared store: its key and the SHA-256 (hex) that its bytes must have."""

    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The text of one message in one language; `version` is the hash of the template that made it."""

    subject: str
    html: str
    text: str
    version: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one member because of one event.

    Shapes: `data` holds the event's fields that the template reads, and no others. `sending` counts the times an
    operator sent it again, `attempts` the tries of the present sending.
    """

    id: UUID
    fund: str
    event_id: UUID
    template: str
    member_id: UUID
    state: MessageState
    data: Mapping[str, Any]
    document: DocumentReference | None
    sending: int
    attempts: int
    created_at: datetime
    delivered_at: datetime | None
    reason: str | None
    traceparent: str | None


def internet_message_id(message_id: UUID, sending: int, domain: str) -> str:
    """Return the Message-ID header: the same for every try of one sending.

    A receiver that got a message twice (the answer to the first try was lost) recognises the copy by it. Sending
    again on purpose is a new message, or mailboxes would hide it.
    """
    suffix = f".{sending}" if sending else ""
    return f"<{message_id}{suffix}@{domain}>"
