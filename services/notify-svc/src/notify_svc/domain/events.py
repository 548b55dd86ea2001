"""What notify-svc publishes."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageDelivered:
    """The relay accepted the message."""

    TYPE: ClassVar[str] = "notify.message_delivered.v1"

    message_id: UUID
    member_id: UUID
    template: str
    channel: str
    at: datetime

    @property
    def subject(self) -> str:
        """Return the message's id."""
        return str(self.message_id)


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """The message cannot be delivered unless a person acts; `reason` is a code, never an address."""

    TYPE: ClassVar[str] = "notify.message_failed.v1"

    message_id: UUID
    member_id: UUID
    template: str
    channel: str
    at: datetime
    reason: str

    @property
    def subject(self) -> str:
        """Return the message's id."""
        return str(self.message_id)
