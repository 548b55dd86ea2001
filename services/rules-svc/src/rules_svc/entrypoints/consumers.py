"""What rules-svc does with the events of other services."""

from collections.abc import Mapping
from typing import Any

from kit.events import Envelope
from kit.inbox import Consumer
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.domain.request import Member
from rules_svc.entrypoints.consumed_events import (
    BookingEnded,
    BookingRequested,
    BookingReviewGranted,
    ClaimReviewDecided,
    ClaimSubmitted,
    ClaimWithdrawn,
    InstalmentDue,
    MemberChanged,
)
from rules_svc.use_cases.adjudicate import adjudicate
from rules_svc.use_cases.count_booking_review import GrantedIncrease, count_booking_review
from rules_svc.use_cases.count_review import GrantedPayment, count_review
from rules_svc.use_cases.decide_instalment import decide_instalment
from rules_svc.use_cases.official_rate import with_official_rate
from rules_svc.use_cases.ports import Adjudication
from rules_svc.use_cases.record_member import record_member
from rules_svc.use_cases.settle_reservation import settle_reservation
from rules_svc.use_cases.withdraw_claim import withdraw_claim


async def claim_submitted(tx: RulesTransaction, _event: Envelope, data: ClaimSubmitted) -> None:
    adjudication = Adjudication(
        kind="claim",
        subject_id=data.claim_id,
        revision=data.revision,
        member_id=data.member_id,
        person_id=data.beneficiary.person_id,
        request=await with_official_rate(tx, request=data.request.to_domain()),
        member=data.member.to_domain(),
        beneficiary=data.beneficiary.to_domain(),
        correction_reason=data.correction.reason if data.correction else None,
    )
    await adjudicate(tx, adjudication=adjudication)


async def claim_withdrawn(tx: RulesTransaction, _event: Envelope, data: ClaimWithdrawn) -> None:
    await withdraw_claim(tx, claim_id=data.claim_id, revision=data.revision)


async def claim_review_decided(tx: RulesTransaction, _event: Envelope, data: ClaimReviewDecided) -> None:
    if data.outcome == "pay":
        granted = GrantedPayment(data.review_id, data.claim_id, data.revision, data.payable_cents)
        await count_review(tx, granted=granted)


async def booking_requested(tx: RulesTransaction, _event: Envelope, data: BookingRequested) -> None:
    adjudication = Adjudication(
        kind="booking",
        subject_id=data.booking_id,
        revision=data.revision,
        member_id=data.member_id,
        person_id=data.beneficiary.person_id,
        request=data.request.to_domain(),
        member=data.member.to_domain(),
        beneficiary=data.beneficiary.to_domain(),
    )
    await adjudicate(tx, adjudication=adjudication)


async def booking_review_granted(tx: RulesTransaction, _event: Envelope, data: BookingReviewGranted) -> None:
    await count_booking_review(tx, granted=GrantedIncrease(**data.model_dump()))


async def booking_closed(tx: RulesTransaction, _event: Envelope, data: BookingEnded) -> None:
    await settle_reservation(tx, booking_id=data.booking_id, kind="consume")


async def booking_cancelled(tx: RulesTransaction, _event: Envelope, data: BookingEnded) -> None:
    await settle_reservation(tx, booking_id=data.booking_id, kind="release")


async def member_changed(tx: RulesTransaction, _event: Envelope, data: MemberChanged) -> None:
    member = Member(
        category=data.category,
        enrolled_on=data.enrolled_on,
        birth_date=data.birth_date,
        hired_on=data.hired_on,
        left_on=data.left_on,
    )
    persons = [(person.person_id, person.to_domain()) for person in data.persons]
    await record_member(
        tx,
        member_id=data.member_id,
        version=data.version,
        member=member,
        persons=persons,
        contributions_in_order=data.contributions_in_order,
    )


async def instalment_due(tx: RulesTransaction, _event: Envelope, data: InstalmentDue) -> None:
    await decide_instalment(
        tx,
        instalment_id=data.instalment_id,
        claim_id=data.claim_id,
        decision_id=data.decision_id,
        number=data.number,
        due_on=data.due_on,
    )


CONSUMED: Mapping[str, Consumer[RulesTransaction, Any]] = {
    "claims.claim_submitted.v1": Consumer(ClaimSubmitted, claim_submitted),
    "claims.claim_withdrawn.v1": Consumer(ClaimWithdrawn, claim_withdrawn),
    "claims.claim_review_decided.v1": Consumer(ClaimReviewDecided, claim_review_decided),
    "claims.member_changed.v1": Consumer(MemberChanged, member_changed),
    "payouts.instalment_due.v1": Consumer(InstalmentDue, instalment_due),
    "bookings.booking_requested.v1": Consumer(BookingRequested, booking_requested),
    "bookings.booking_review_granted.v1": Consumer(BookingReviewGranted, booking_review_granted),
    "bookings.booking_closed.v1": Consumer(BookingEnded, booking_closed),
    "bookings.booking_cancelled.v1": Consumer(BookingEnded, booking_cancelled),
}
