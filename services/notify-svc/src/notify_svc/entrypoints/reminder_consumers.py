"""Which event opens a reminder, and which makes it needless."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from kit.clock import rome_date
from kit.events import Envelope
from notify_svc.adapters.unit_of_work import NotifyTransaction
from notify_svc.domain.fund_terms import FundTerms
from notify_svc.domain.reminder import (
    ReminderKind,
    ReminderTerms,
    before_appointment,
    during_suspension,
    while_iban_is_missing,
)
from notify_svc.entrypoints import consumed_events as consumed
from notify_svc.use_cases.plan_reminders import plan_reminders
from notify_svc.use_cases.ports import ReminderSource

Handler = Callable[[NotifyTransaction, Envelope, Any], Awaitable[None]]


def reminder_handlers(terms: Mapping[str, FundTerms]) -> Mapping[str, Handler]:
    """List what the reminders need to hear, with what it does to them."""
    planner = ReminderPlanner(terms)
    return {
        "claims.claim_suspended.v1": planner.claim_suspended,
        "claims.claim_submitted.v1": _claim_moved_on,
        "claims.claim_settled.v1": _claim_moved_on,
        "claims.claim_rejected.v1": _claim_moved_on,
        "claims.bank_account_changed.v1": _account_changed,
        "bookings.booking_authorised.v1": planner.booking_authorised,
        "bookings.quota_letter_ready.v1": _letter_ready,
        "bookings.booking_dispensed.v1": _booking_ended,
        "bookings.booking_closed.v1": _booking_ended,
        "bookings.booking_cancelled.v1": _booking_ended,
        "payouts.payout_held.v1": planner.payout_held,
        "payouts.payout_returned.v1": planner.payout_returned,
    }


class ReminderPlanner:
    """Opens the reminders of an event by the terms of its fund."""

    def __init__(self, terms: Mapping[str, FundTerms]) -> None:
        self._terms = terms

    def _of(self, tx: NotifyTransaction) -> ReminderTerms:
        # A fund without templates has no messages either: its events are parked before they come here.
        return self._terms[tx.fund].reminders

    async def claim_suspended(self, tx: NotifyTransaction, event: Envelope, data: consumed.ClaimSuspended) -> None:
        planned = during_suspension(self._of(tx), suspended_on=data.suspended_on, lapses_on=data.lapses_on)
        source = _source(event, data, ReminderKind.SUSPENSION, data.claim_id, data.member_id)
        await plan_reminders(tx, source=source, planned=planned)

    async def booking_authorised(
        self, tx: NotifyTransaction, event: Envelope, data: consumed.BookingAuthorised
    ) -> None:
        planned = before_appointment(
            self._of(tx), appointment_on=rome_date(data.appointment_at), known_on=rome_date(event.time)
        )
        source = _source(event, data, ReminderKind.APPOINTMENT, data.booking_id, data.member_id)
        await plan_reminders(tx, source=source, planned=planned)

    async def payout_held(self, tx: NotifyTransaction, event: Envelope, data: consumed.PayoutHeld) -> None:
        # An account that waits to be verified waits for the fund, not for the member.
        if data.reason != "iban_unverified":
            await self._ask_for_iban(tx, event, data)

    async def payout_returned(self, tx: NotifyTransaction, event: Envelope, data: consumed.PayoutReturned) -> None:
        if data.payee == "member" and data.member_id is not None:
            held = consumed.PayoutHeld(member_id=data.member_id, amount_cents=data.amount_cents, reason="iban_rejected")
            await self._ask_for_iban(tx, event, held)

    async def _ask_for_iban(self, tx: NotifyTransaction, event: Envelope, held: consumed.PayoutHeld) -> None:
        planned = while_iban_is_missing(self._of(tx), asked_on=rome_date(event.time))
        source = _source(event, held, ReminderKind.IBAN, held.member_id, held.member_id)
        await plan_reminders(tx, source=source, planned=planned)


def _source(event: Envelope, data: BaseModel, kind: ReminderKind, subject_id: UUID, member_id: UUID) -> ReminderSource:
    kept = data.model_dump(mode="json", exclude={"member_id"})
    return ReminderSource(event.id, kind, subject_id, member_id, event.time, kept)


async def _claim_moved_on(
    tx: NotifyTransaction,
    _event: Envelope,
    data: consumed.ClaimSubmitted | consumed.ClaimSettled | consumed.ClaimRejected,
) -> None:
    await tx.reminders.stop(ReminderKind.SUSPENSION, data.claim_id)


async def _booking_ended(tx: NotifyTransaction, _event: Envelope, data: consumed.BookingEnded) -> None:
    await tx.reminders.stop(ReminderKind.APPOINTMENT, data.booking_id)


async def _letter_ready(tx: NotifyTransaction, event: Envelope, data: consumed.QuotaLetterReady) -> None:
    # A letter that comes days before the reminder's day does not remind: the reminder then stays.
    await tx.reminders.stop_covered(ReminderKind.APPOINTMENT, data.booking_id, on=rome_date(event.time))


async def _account_changed(tx: NotifyTransaction, event: Envelope, data: consumed.BankAccountChanged) -> None:
    await tx.reminders.account_changed(data.member_id, at=event.time)
