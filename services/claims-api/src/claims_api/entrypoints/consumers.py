"""What this service does with the events of others."""

from collections.abc import Mapping, Sequence
from typing import Any

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.domain.decision import Decision, Instalment, MissingDocument, Outcome, Reason, Step
from claims_api.domain.plan import Branch, PlanArticle, PlanVersion
from claims_api.entrypoints.booking_consumers import (
    on_booking_authorised,
    on_booking_cancelled,
    on_booking_closed,
    on_booking_refused,
    on_booking_requested,
)
from claims_api.entrypoints.consumed_events import (
    BookingAuthorised,
    BookingClosed,
    BookingEnded,
    BookingRequested,
    ClaimAdjudicated,
    PayoutHeld,
    PayoutReturned,
    PayoutSent,
    PlanPublished,
    PlanWithdrawn,
    ReviewCounted,
    ReviewRefused,
)
from claims_api.use_cases.apply_adjudication import apply_adjudication
from claims_api.use_cases.decide_claim import return_refused, settle_counted
from claims_api.use_cases.record_payout import record_held, record_payment, record_return
from claims_api.use_cases.record_plan import drop_plan, record_plan
from kit.events import Envelope
from kit.inbox import Consumer


async def on_claim_adjudicated(tx: ClaimsTransaction, _event: Envelope, data: ClaimAdjudicated) -> None:
    decision = Decision(
        decision_id=data.decision_id,
        claim_id=data.claim_id,
        revision=data.revision,
        outcome=Outcome(data.outcome),
        requested_cents=data.requested_cents,
        requested_eur_cents=data.requested_eur_cents,
        payable_cents=data.payable_cents,
        plan_id=data.plan_id,
        plan_version=data.plan_version,
        plan_hash=data.plan_hash,
        missing=tuple(MissingDocument(**one.model_dump()) for one in data.missing),
        reasons=tuple(Reason(**one.model_dump()) for one in data.reasons),
        steps=tuple(Step(**one.model_dump()) for one in data.steps),
        review=data.review,
        instalments=tuple(Instalment(**one.model_dump()) for one in data.instalments),
        gross_of_withholding=data.gross_of_withholding,
    )
    await apply_adjudication(tx, decision=decision, terms=terms_of(tx.fund))


async def hold_cases(tx: ClaimsTransaction, decided: Sequence[ClaimAdjudicated]) -> None:
    await tx.cases.hold([one.claim_id for one in decided])


async def on_review_counted(tx: ClaimsTransaction, _event: Envelope, data: ReviewCounted) -> None:
    await settle_counted(tx, claim_id=data.claim_id, review_id=data.review_id)


async def on_review_refused(tx: ClaimsTransaction, _event: Envelope, data: ReviewRefused) -> None:
    refusal = tuple(Reason(**one.model_dump()) for one in data.reasons)
    await return_refused(tx, claim_id=data.claim_id, review_id=data.review_id, refusal=refusal, terms=terms_of(tx.fund))


async def on_plan_published(tx: ClaimsTransaction, _event: Envelope, data: PlanPublished) -> None:
    plan = PlanVersion(
        plan_id=data.plan_id,
        version=data.version,
        effective_from=data.effective_from,
        effective_to=data.effective_to,
        claim_lapse_days=data.claim_lapse_days,
        articles={one.article: PlanArticle(Branch(one.branch), one.title_it, one.filing_days) for one in data.articles},
        filing_days=data.filing_days,
    )
    await record_plan(tx, plan=plan)


async def on_plan_withdrawn(tx: ClaimsTransaction, _event: Envelope, data: PlanWithdrawn) -> None:
    await drop_plan(tx, plan_id=data.plan_id, version=data.version)


async def on_payout_sent(tx: ClaimsTransaction, _event: Envelope, data: PayoutSent) -> None:
    await record_payment(tx, payout_id=data.payout_id, claim_ids=data.claim_ids)


async def on_payout_returned(tx: ClaimsTransaction, _event: Envelope, data: PayoutReturned) -> None:
    await record_return(
        tx,
        payout_id=data.payout_id,
        member_id=data.member_id,
        iban_last4=data.iban_last4,
        reason_code=data.reason_code,
        claim_ids=data.claim_ids,
    )


async def on_payout_held(tx: ClaimsTransaction, _event: Envelope, data: PayoutHeld) -> None:
    await record_held(tx, member_id=data.member_id, amount_cents=data.amount_cents)


CONSUMED: Mapping[str, Consumer[ClaimsTransaction, Any]] = {
    "rules.claim_adjudicated.v1": Consumer(ClaimAdjudicated, on_claim_adjudicated, gathers=True, ahead=hold_cases),
    "rules.review_counted.v1": Consumer(ReviewCounted, on_review_counted),
    "rules.review_refused.v1": Consumer(ReviewRefused, on_review_refused),
    "rules.plan_published.v1": Consumer(PlanPublished, on_plan_published),
    "rules.plan_withdrawn.v1": Consumer(PlanWithdrawn, on_plan_withdrawn),
    "bookings.booking_requested.v1": Consumer(BookingRequested, on_booking_requested),
    "bookings.booking_authorised.v1": Consumer(BookingAuthorised, on_booking_authorised),
    "bookings.booking_refused.v1": Consumer(BookingEnded, on_booking_refused),
    "bookings.booking_cancelled.v1": Consumer(BookingEnded, on_booking_cancelled),
    "bookings.booking_closed.v1": Consumer(BookingClosed, on_booking_closed),
    "payouts.payout_held.v1": Consumer(PayoutHeld, on_payout_held),
    "payouts.payout_sent.v1": Consumer(PayoutSent, on_payout_sent),
    "payouts.payout_returned.v1": Consumer(PayoutReturned, on_payout_returned),
}
