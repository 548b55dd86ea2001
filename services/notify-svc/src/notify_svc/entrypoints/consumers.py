"""Which event makes which message."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from kit.events import Envelope
from kit.inbox import Consumer
from notify_svc.adapters.mail_templates import MailTemplates
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.domain.mail import DocumentReference
from notify_svc.entrypoints import consumed_events as consumed
from notify_svc.use_cases.change_contact import change_contact
from notify_svc.use_cases.ports import ContactChange, NewMessage
from notify_svc.use_cases.queue_message import queue_message

Consumers = Mapping[str, Consumer[NotifyTransaction, Any]]


class MessageWriter:
    """Makes one message of one event, for its member."""

    def __init__(self, templates: MailTemplates) -> None:
        self._templates = templates

    def always(self, template: str, model: type[BaseModel]) -> Consumer[NotifyTransaction, Any]:
        """Make the consumer of an event that always leads to the same message."""

        async def handle(tx: NotifyTransaction, event: Envelope, data: Any) -> None:
            await self.write(tx, event, data, template=template)

        return Consumer(model, handle)

    async def write(
        self,
        tx: NotifyTransaction,
        event: Envelope,
        data: BaseModel,
        *,
        template: str,
        document: DocumentReference | None = None,
    ) -> None:
        kept = data.model_dump(mode="json", exclude={"member_id"})
        member_id: UUID | None = getattr(data, "member_id", None)
        # A payment to a facility concerns no member; its statement is another document.
        if member_id is None or kept.get("payee") == "facility":
            return
        new = NewMessage(event.id, template, member_id, kept, document)
        await queue_message(tx, templates=self._templates, new=new)

    async def booking_refused(self, tx: NotifyTransaction, event: Envelope, data: consumed.BookingRefused) -> None:
        late = data.reason == "late" and data.last_day_in_time is not None
        template = "booking_refused_late" if late else "booking_refused_denied"
        await self.write(tx, event, data, template=template)

    async def quota_letter(self, tx: NotifyTransaction, event: Envelope, data: consumed.QuotaLetterReady) -> None:
        document = DocumentReference(key=data.document_key, sha256=data.document_sha256)
        await self.write(tx, event, data, template="quota_letter", document=document)


async def _contact_changed(tx: NotifyTransaction, _event: Envelope, data: consumed.ContactChanged) -> None:
    await change_contact(tx, change=ContactChange(origin="contact", **data.model_dump()))


async def _member_changed(tx: NotifyTransaction, _event: Envelope, data: consumed.MemberChanged) -> None:
    await change_contact(tx, change=ContactChange(origin="member", **data.model_dump()))


def consumers(templates: MailTemplates) -> Consumers:
    """List what this service consumes."""
    messages = MessageWriter(templates)
    return {
        "claims.contact_changed.v1": Consumer(consumed.ContactChanged, _contact_changed),
        "claims.member_changed.v1": Consumer(consumed.MemberChanged, _member_changed),
        "claims.claim_suspended.v1": messages.always("claim_suspended", consumed.ClaimSuspended),
        "claims.claim_settled.v1": messages.always("claim_settled", consumed.ClaimSettled),
        "claims.claim_rejected.v1": messages.always("claim_rejected", consumed.ClaimRejected),
        "bookings.booking_authorised.v1": messages.always("booking_authorised", consumed.BookingAuthorised),
        "bookings.booking_refused.v1": Consumer(consumed.BookingRefused, messages.booking_refused),
        "bookings.quota_letter_ready.v1": Consumer(consumed.QuotaLetterReady, messages.quota_letter),
        "payouts.payout_sent.v1": messages.always("payout_sent", consumed.PayoutSent),
        "payouts.payout_returned.v1": messages.always("payout_returned", consumed.PayoutReturned),
        "payouts.payout_held.v1": messages.always("payout_held", consumed.PayoutHeld),
    }
