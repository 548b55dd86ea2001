"""What the API answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from notify_svc.domain.delivery import Outcome
from notify_svc.domain.message_states import MessageState


class MessageSummary(BaseModel):
    """One message in a list."""

    message_id: UUID
    member_id: UUID
    template: str
    subject: str
    state: MessageState
    created_at: datetime
    delivered_at: datetime | None
    reason: str | None = Field(description="Why it failed, as a code")


class MessageAttempt(BaseModel):
    """One attempt to hand the message to the mail relay."""

    sending: int = Field(description="0 for the first sending, then one more for each time it was sent again")
    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    code: int | None = Field(description="SMTP code of the relay")
    answer: str | None


class MessageDetail(MessageSummary):
    """One message with its text; staff also see the attempts."""

    language: str
    text: str
    has_attachment: bool
    attempts: list[MessageAttempt]


class TemplateItem(BaseModel):
    """One template of the fund, with the version of its text in each language."""

    name: str
    versions: dict[str, str]


class TemplateList(BaseModel):
    """The templates of the caller's fund."""

    items: list[TemplateItem]
