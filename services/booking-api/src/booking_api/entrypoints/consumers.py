"""What this service does with the events of others."""

from collections.abc import Mapping
from typing import Any

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.decision import Decision, Reason, Step
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Family, MemberFacts, Person
from booking_api.domain.plan import PlanVersion
from booking_api.domain.remittance import Remittance, RemittanceLine
from booking_api.domain.webhook import WebhookKind
from booking_api.entrypoints.consumed_events import (
    BookingAdjudicated,
    BookingReviewCounted,
    BookingReviewRefused,
    MemberChanged,
    PayoutReturned,
    PayoutSent,
    PlanPublished,
    PlanWithdrawn,
)
from booking_api.use_cases.decide_booking import decide_booking
from booking_api.use_cases.grant_review import increase_counted, increase_refused
from booking_api.use_cases.record_family import record_family
from booking_api.use_cases.record_payment import record_payment, record_remittance, record_return
from booking_api.use_cases.record_plan import record_plan
from kit.events import Envelope
from kit.inbox import Consumer

CONSUMED = {
    "claims.member_changed.v1": MemberChanged,
    "rules.plan_published.v1": PlanPublished,
    "rules.plan_withdrawn.v1": PlanWithdrawn,
    "rules.booking_adjudicated.v1": BookingAdjudicated,
    "rules.booking_review_counted.v1": BookingReviewCounted,
    "rules.booking_review_refused.v1": BookingReviewRefused,
    "payouts.payout_sent.v1": PayoutSent,
    "payouts.payout_returned.v1": PayoutReturned,
}


def consumers(services: Services) -> Mapping[str, Consumer[BookingsTransaction, Any]]:
    deciding = BookingDecisions(services.funds)
    return {
        "claims.member_changed.v1": Consumer(MemberChanged, on_member_changed),
        "rules.plan_published.v1": Consumer(PlanPublished, on_plan_published),
        "rules.plan_withdrawn.v1": Consumer(PlanWithdrawn, on_plan_withdrawn),
        "rules.booking_adjudicated.v1": Consumer(BookingAdjudicated, deciding.on_booking_adjudicated),
        "rules.booking_review_counted.v1": Consumer(BookingReviewCounted, on_review_counted),
        "rules.booking_review_refused.v1": Consumer(BookingReviewRefused, on_review_refused),
        "payouts.payout_sent.v1": Consumer(PayoutSent, on_payout_sent),
        "payouts.payout_returned.v1": Consumer(PayoutReturned, on_payout_returned),
    }


async def on_member_changed(tx: BookingsTransaction, _event: Envelope, data: MemberChanged) -> None:
    family = Family(
        member_id=data.member_id,
        version=data.version,
        facts=MemberFacts(data.category, data.enrolled_on, data.hired_on, data.left_on, data.birth_date),
        persons=tuple(Person(member_id=data.member_id, **person.model_dump()) for person in data.persons),
    )
    await record_family(tx, family=family)


def plan_version(data: PlanPublished) -> PlanVersion:
    return PlanVersion(
        plan_id=data.plan_id,
        version=data.version,
        effective_from=data.effective_from,
        effective_to=data.effective_to,
        notice_days=data.notice_days,
        modes={article.article: frozenset(article.modes) for article in data.articles},
    )


async def on_plan_published(tx: BookingsTransaction, _event: Envelope, data: PlanPublished) -> None:
    await record_plan(tx, plan=plan_version(data))


async def on_plan_withdrawn(tx: BookingsTransaction, _event: Envelope, data: PlanWithdrawn) -> None:
    await tx.plans.remove(data.plan_id, data.version)


async def on_review_counted(tx: BookingsTransaction, _event: Envelope, data: BookingReviewCounted) -> None:
    await increase_counted(tx, matter_id=data.matter_id, granted_cents=data.granted_cents)


async def on_review_refused(tx: BookingsTransaction, _event: Envelope, data: BookingReviewRefused) -> None:
    text = " ".join(reason.text_it for reason in data.reasons)
    refusal = data.model_dump(mode="json", include={"limit", "most_cents", "reasons"})
    await increase_refused(tx, matter_id=data.matter_id, granted_cents=data.granted_cents, text=text, refusal=refusal)


async def on_payout_returned(tx: BookingsTransaction, _event: Envelope, data: PayoutReturned) -> None:
    await record_return(tx, payout_id=data.payout_id, booking_ids=data.booking_ids, reason=data.reason_code)


async def on_payout_sent(tx: BookingsTransaction, _event: Envelope, data: PayoutSent) -> None:
    await record_payment(tx, booking_ids=data.booking_ids, paid_on=data.execution_on)
    if data.facility_id is not None:
        remittance = Remittance(
            payout_id=data.payout_id,
            facility_id=data.facility_id,
            amount_cents=data.amount_cents,
            execution_on=data.execution_on,
            iban_last4=data.iban_last4,
            month=data.month or f"{data.execution_on:%Y-%m}",
            booking_ids=tuple(data.booking_ids),
        )
        await record_remittance(tx, remittance=remittance, lines=_lines(data))
        facts = data.model_dump(mode="json", exclude={"facility_id"})
        await tx.webhooks.announce(data.facility_id, WebhookKind.PAYMENT, facts)


def _lines(data: PayoutSent) -> list[RemittanceLine] | None:
    if data.lines is None:
        return None
    return [
        RemittanceLine(**line.model_dump() | {"code": line.code or line.invoice_number or ""}) for line in data.lines
    ]


class BookingDecisions:
    """Applies the decisions of the rules by the terms of each booking's fund."""

    def __init__(self, funds: Mapping[str, FundTerms]) -> None:
        self._funds = funds

    async def on_booking_adjudicated(self, tx: BookingsTransaction, _event: Envelope, data: BookingAdjudicated) -> None:
        decision = Decision(
            decision_id=data.decision_id,
            revision=data.revision,
            outcome=data.outcome,
            price_cents=data.price_cents,
            fund_share_cents=data.fund_share_cents,
            member_share_cents=data.member_share_cents,
            reasons=tuple(Reason(**reason.model_dump()) for reason in data.reasons),
            steps=tuple(Step(**step.model_dump()) for step in data.steps),
        )
        await decide_booking(tx, booking_id=data.booking_id, decision=decision, terms=self._funds[tx.fund])
