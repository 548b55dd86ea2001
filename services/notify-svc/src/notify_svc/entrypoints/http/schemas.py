"""What the API answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from notify_svc.domain.bounce import Consequence, Severity
from notify_svc.domain.delivery import Outcome
from notify_svc.domain.message_states import MessageState
from notify_svc.use_cases.ports import RecordedBounce


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


class BounceView(BaseModel):
    """One message that came back after the relay had accepted it."""

    bounce_id: UUID
    message_id: UUID
    member_id: UUID
    sending: int
    status: str = Field(description="Enhanced status code (RFC 3463), as 5.1.1")
    severity: Severity
    reason: str
    diagnostic: str = Field(description="The words of the mail server that refused it")
    received_at: datetime
    address_held_since: datetime | None = Field(
        description="Since when nothing is sent to the member's address; a new address ends it"
    )

    @classmethod
    def of(cls, recorded: RecordedBounce) -> "BounceView":
        """Show a recorded report."""
        bounce = recorded.bounce
        return cls(
            bounce_id=recorded.bounce_id,
            message_id=bounce.sending.message_id,
            member_id=recorded.member_id,
            sending=bounce.sending.number,
            status=bounce.status,
            severity=bounce.severity,
            reason=bounce.reason,
            diagnostic=bounce.diagnostic,
            received_at=recorded.received_at,
            address_held_since=recorded.address_held_since,
        )


class BounceReceipt(BaseModel):
    """What a returned message led to."""

    outcome: Consequence
    message_id: UUID | None
    status: str | None


class MessageDetail(MessageSummary):
    """One message with its text; staff also see the attempts, what came back, and whether the address is held."""

    language: str
    text: str
    has_attachment: bool
    attempts: list[MessageAttempt]
    bounces: list[BounceView]
    address_held_since: datetime | None


class MessageChoice(BaseModel):
    """One kind of message, and whether it comes by e-mail."""

    name: str
    title: str
    optional: bool
    by_email: bool


class NotificationPreferences(BaseModel):
    """What a member receives by e-mail."""

    member_id: UUID
    language: str = Field(description="Of the member's contact")
    address_works: bool | None = Field(
        description="False while the address is held because mail to it came back; null where no contact is known"
    )
    declined: list[str]
    messages: list[MessageChoice]


class PreferenceChange(BaseModel, extra="forbid"):
    """The messages to do without, all of them."""

    declined: list[Annotated[str, Field(max_length=60)]] = Field(max_length=50)


class TemplateItem(BaseModel):
    """One template of the fund, with the version of its text in each language."""

    name: str
    versions: dict[str, str]


class TemplateList(BaseModel):
    """The templates of the caller's fund."""

    items: list[TemplateItem]
