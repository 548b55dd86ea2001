"""What the rules decided and how their limits ledger stands: kept beside what is settled, for the closing."""

from collections.abc import Mapping
from typing import Any

from kit.clock import rome_date
from kit.events import Envelope
from kit.inbox import Consumer
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.domain.settlement import DecidedBooking, DecidedBy, DecidedClaim, LedgerReconciliation
from payout_svc.entrypoints.consumed_events import (
    BookingAdjudicated,
    BookingReviewCounted,
    ClaimAdjudicated,
    LedgerReconciled,
    ReviewCounted,
)


async def claim_adjudicated(tx: PayoutsTransaction, event: Envelope, data: ClaimAdjudicated) -> None:
    cents = data.payable_cents if data.outcome == "pay" else 0
    decided = DecidedClaim(data.claim_id, data.revision, DecidedBy.PLAN, cents, rome_date(event.time))
    tx.facts.record_decision(decided, received_at=tx.now)


async def review_counted(tx: PayoutsTransaction, event: Envelope, data: ReviewCounted) -> None:
    decided = DecidedClaim(data.claim_id, data.revision, DecidedBy.REVIEW, data.payable_cents, rome_date(event.time))
    tx.facts.record_decision(decided, received_at=tx.now)


async def booking_adjudicated(tx: PayoutsTransaction, event: Envelope, data: BookingAdjudicated) -> None:
    cents = data.fund_share_cents if data.outcome == "pay" else 0
    decided = DecidedBooking(DecidedBy.PLAN, data.booking_id, data.revision, cents, rome_date(event.time))
    await tx.facts.record_decided_booking(decided, received_at=tx.now)


async def booking_review_counted(tx: PayoutsTransaction, event: Envelope, data: BookingReviewCounted) -> None:
    decided = DecidedBooking(DecidedBy.REVIEW, data.matter_id, 1, data.delta_cents, rome_date(event.time))
    await tx.facts.record_decided_booking(decided, received_at=tx.now)


async def ledger_reconciled(tx: PayoutsTransaction, _event: Envelope, data: LedgerReconciled) -> None:
    found = LedgerReconciliation(
        month=data.month,
        through_on=data.through_on,
        reconciled_at=data.reconciled_at,
        totals=[one.model_dump(mode="json") for one in data.totals],
        differing=data.differing,
        differences=[one.model_dump() for one in data.differences],
    )
    await tx.facts.record_reconciliation(found, received_at=tx.now)


DECISIONS: Mapping[str, Consumer[PayoutsTransaction, Any]] = {
    "rules.claim_adjudicated.v1": Consumer(ClaimAdjudicated, claim_adjudicated, gathers=True),
    "rules.review_counted.v1": Consumer(ReviewCounted, review_counted, gathers=True),
    "rules.booking_adjudicated.v1": Consumer(BookingAdjudicated, booking_adjudicated),
    "rules.booking_review_counted.v1": Consumer(BookingReviewCounted, booking_review_counted),
    "rules.ledger_reconciled.v1": Consumer(LedgerReconciled, ledger_reconciled),
}
