"""Which event makes which message."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from kit.events import Envelope
from kit.inbox import Consumer
from notify_svc.adapters.mail_templates import MailTemplates
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.domain.fund_terms import FundTerms
from notify_svc.domain.mail import DocumentReference
from notify_svc.entrypoints import consumed_events as consumed
from notify_svc.entrypoints.reminder_consumers import Handler, reminder_handlers
from notify_svc.use_cases.change_contact import change_contact
from notify_svc.use_cases.ports import ContactChange, NewMessage
from notify_svc.use_cases.queue_message import queue_message

CONSUMED: Mapping[str, type[BaseModel]] = {
    "claims.contact_changed.v1": consumed.ContactChanged,
    "claims.member_changed.v1": consumed.MemberChanged,
    "claims.bank_account_changed.v1": consumed.BankAccountChanged,
    "claims.claim_submitted.v1": consumed.ClaimSubmitted,
    "claims.claim_suspended.v1": consumed.ClaimSuspended,
    "claims.claim_settled.v1": consumed.ClaimSettled,
    "claims.claim_rejected.v1": consumed.ClaimRejected,
    "claims.claim_corrected.v1": consumed.ClaimCorrected,
    "claims.review_request_answered.v1": consumed.ReviewAnswered,
    "claims.check_up_ordered.v1": consumed.CheckUpOrdered,
    "claims.filing_consent_changed.v1": consumed.FilingConsentChanged,
    "rules.instalment_decided.v1": consumed.InstalmentDecided,
    "bookings.booking_authorised.v1": consumed.BookingAuthorised,
    "bookings.booking_refused.v1": consumed.BookingRefused,
    "bookings.quota_letter_ready.v1": consumed.QuotaLetterReady,
    "bookings.booking_dispensed.v1": consumed.BookingEnded,
    "bookings.booking_closed.v1": consumed.BookingEnded,
    "bookings.booking_cancelled.v1": consumed.BookingEnded,
    "payouts.payout_sent.v1": consumed.PayoutSent,
    "payouts.payout_returned.v1": consumed.PayoutReturned,
    "payouts.payout_held.v1": consumed.PayoutHeld,
}

# The events that always lead to the same message, which has their name.
_SAME_NAME = (
    "claims.claim_suspended.v1",
    "claims.claim_settled.v1",
    "claims.claim_rejected.v1",
    "claims.claim_corrected.v1",
    "claims.check_up_ordered.v1",
    "claims.filing_consent_changed.v1",
    "bookings.booking_authorised.v1",
    "payouts.payout_sent.v1",
    "payouts.payout_returned.v1",
    "payouts.payout_held.v1",
)


# Their handlers add a message and stop reminders: a batch of them reads its contacts at once.
_TOGETHER = frozenset(
    {"claims.claim_submitted.v1", "claims.claim_settled.v1", "claims.claim_rejected.v1"},
)


class MessageWriter:
    """Makes one message of one event, for its member."""

    def __init__(self, templates: MailTemplates) -> None:
        self._templates = templates

    async def same_name(self, tx: NotifyTransaction, event: Envelope, data: BaseModel) -> None:
        await self.write(tx, event, data, template=event.type.split(".")[1])

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

    async def review_answered(self, tx: NotifyTransaction, event: Envelope, data: consumed.ReviewAnswered) -> None:
        await self.write(tx, event, data, template="review_answered")

    async def instalment_decided(
        self, tx: NotifyTransaction, event: Envelope, data: consumed.InstalmentDecided
    ) -> None:
        # An instalment that is paid tells of itself when its transfer is sent.
        if data.outcome == "lapse":
            await self.write(tx, event, data, template="instalment_lapsed")

    async def quota_letter(self, tx: NotifyTransaction, event: Envelope, data: consumed.QuotaLetterReady) -> None:
        document = DocumentReference(key=data.document_key, sha256=data.document_sha256)
        await self.write(tx, event, data, template="quota_letter", document=document)


async def _contact_changed(tx: NotifyTransaction, _event: Envelope, data: consumed.ContactChanged) -> None:
    await change_contact(tx, change=ContactChange(origin="contact", **data.model_dump()))


async def _member_changed(tx: NotifyTransaction, _event: Envelope, data: consumed.MemberChanged) -> None:
    await change_contact(tx, change=ContactChange(origin="member", **data.model_dump()))


async def _read_contacts(tx: NotifyTransaction, told: Sequence[BaseModel]) -> None:
    members = {one.member_id for one in told if isinstance(one, consumed.ClaimSettled | consumed.ClaimRejected)}
    if members:
        await tx.contacts.read_ahead(members)


def consumers(
    templates: MailTemplates, terms: Mapping[str, FundTerms]
) -> Mapping[str, Consumer[NotifyTransaction, Any]]:
    """List what this service consumes, with what it does about it."""
    messages = MessageWriter(templates)
    handlers: dict[str, list[Handler]] = {
        "claims.contact_changed.v1": [_contact_changed],
        "claims.member_changed.v1": [_member_changed],
        "claims.review_request_answered.v1": [messages.review_answered],
        "rules.instalment_decided.v1": [messages.instalment_decided],
        "bookings.booking_refused.v1": [messages.booking_refused],
        "bookings.quota_letter_ready.v1": [messages.quota_letter],
        **{kind: [messages.same_name] for kind in _SAME_NAME},
    }
    for kind, handler in reminder_handlers(terms).items():
        handlers.setdefault(kind, []).append(handler)
    return {kind: _consumer(kind, model, handlers[kind]) for kind, model in CONSUMED.items()}


def _consumer(kind: str, model: type[BaseModel], handlers: Sequence[Handler]) -> Consumer[NotifyTransaction, Any]:
    if kind in _TOGETHER:
        return Consumer(model, _one_after_another(handlers), gathers=True, ahead=_read_contacts)
    return Consumer(model, _one_after_another(handlers))


def _one_after_another(handlers: Sequence[Handler]) -> Handler:
    async def handle(tx: NotifyTransaction, event: Envelope, data: Any) -> None:
        for handler in handlers:
            await handler(tx, event, data)

    return handle
