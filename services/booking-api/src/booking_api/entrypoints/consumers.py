"""What this service does with the events of others."""

from collections.abc import Mapping
from typing import Any

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.decision import Decision, Reason, Step
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.member import Family, MemberFacts, Person
from booking_api.domain.plan import PlanVersion
from booking_api.entrypoints.consumed_events import BookingAdjudicated, MemberChanged, PlanPublished
from booking_api.use_cases.decide_booking import decide_booking
from booking_api.use_cases.record_family import record_family
from booking_api.use_cases.record_plan import record_plan
from kit.events import Envelope
from kit.inbox import Consumer

CONSUMED = {
    "claims.member_changed.v1": MemberChanged,
    "rules.plan_published.v1": PlanPublished,
    "rules.booking_adjudicated.v1": BookingAdjudicated,
}


def consumers(services: Services) -> Mapping[str, Consumer[BookingsTransaction, Any]]:
    deciding = BookingDecisions(services.funds)
    return {
        "claims.member_changed.v1": Consumer(MemberChanged, on_member_changed),
        "rules.plan_published.v1": Consumer(PlanPublished, on_plan_published),
        "rules.booking_adjudicated.v1": Consumer(BookingAdjudicated, deciding.on_booking_adjudicated),
    }


async def on_member_changed(tx: BookingsTransaction, _event: Envelope, data: MemberChanged) -> None:
    family = Family(
        member_id=data.member_id,
        version=data.version,
        facts=MemberFacts(data.category, data.enrolled_on, data.hired_on, data.left_on, data.birth_date),
        persons=tuple(Person(member_id=data.member_id, **person.model_dump()) for person in data.persons),
    )
    await record_family(tx, family=family)


async def on_plan_published(tx: BookingsTransaction, _event: Envelope, data: PlanPublished) -> None:
    plan = PlanVersion(
        plan_id=data.plan_id,
        version=data.version,
        effective_from=data.effective_from,
        effective_to=data.effective_to,
        notice_days=data.notice_days,
        modes={article.article: frozenset(article.modes) for article in data.articles},
    )
    await record_plan(tx, plan=plan)


class BookingDecisions:
    """Applies the decisions of the rules by the terms of each booking's fund."""

    def __init__(self, funds: Mapping[str, FundTerms]) -> None:
        self._funds = funds

    async def on_booking_adjudicated(self, tx: BookingsTransaction, _event: Envelope, data: BookingAdjudicated) -> None:
        decision = Decision(
            decision_id=data.decision_id,
            outcome=data.outcome,
            price_cents=data.price_cents,
            fund_share_cents=data.fund_share_cents,
            member_share_cents=data.member_share_cents,
            reasons=tuple(Reason(**reason.model_dump()) for reason in data.reasons),
            steps=tuple(Step(**step.model_dump()) for step in data.steps),
        )
        await decide_booking(tx, booking_id=data.booking_id, decision=decision, terms=self._funds[tx.fund])
