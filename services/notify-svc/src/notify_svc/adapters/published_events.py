"""One example of every event that this service publishes; the contracts are generated from them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from notify_svc.domain.events import MessageDelivered, MessageFailed

_MESSAGE = UUID("01890a5d-ac96-774b-bcce-b302099a8061")
_MEMBER = UUID("01890a5d-ac96-774b-bcce-b302099a8001")
_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

PUBLISHED: dict[type[Any], Any] = {
    MessageDelivered: MessageDelivered(
        message_id=_MESSAGE, member_id=_MEMBER, template="claim_settled", channel="email", at=_AT
    ),
    MessageFailed: MessageFailed(
        message_id=_MESSAGE,
        member_id=_MEMBER,
        template="claim_settled",
        channel="email",
        at=_AT,
        reason="recipient_refused",
    ),
}
