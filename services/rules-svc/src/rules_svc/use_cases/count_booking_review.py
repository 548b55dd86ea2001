"""Count what a review grants a facility beyond a booking's share, or refuse it where it would pass a limit."""

from dataclasses import dataclass
from uuid import UUID

from rules_svc.domain.decision import Reason
from rules_svc.domain.events import BookingReviewCounted, BookingReviewRefused, ReasonText
from rules_svc.domain.texts import Texts
from rules_svc.use_cases.count_review import Taken, take_granted
from rules_svc.use_cases.ports import Tx

UNDECIDED = Reason("booking_never_decided", "", {})


@dataclass(frozen=True, slots=True)
class GrantedIncrease:
    """What two persons granted: the fund's whole share, and the difference to what it owed. Units: cents."""

    matter_id: UUID
    booking_id: UUID
    granted_cents: int
    delta_cents: int


async def count_booking_review(tx: Tx, *, granted: GrantedIncrease) -> None:
    """Take the difference from the limits of the booking's decision, once a matter, and publish the answer.

    A booking that was never decided here is refused: nobody knows the limits that it would count in, and the review
    must not wait for ever.
    """
    booking = await tx.decisions.newest("booking", granted.booking_id)
    if booking is None:
        tx.publish(_undecided(granted, tx.texts))
        tx.audit(
            "granted_increase_refused",
            entity="booking",
            entity_id=granted.booking_id,
            matter_id=str(granted.matter_id),
            reason=UNDECIDED.code,
        )
        return
    if await tx.decisions.newest("booking_review", granted.matter_id) is not None:
        return
    case = await tx.decisions.case_of(booking.decision_id)
    taken = await take_granted(
        tx,
        case,
        kind="booking_review",
        subject_id=granted.matter_id,
        revision=1,
        payable_cents=granted.delta_cents,
    )
    if taken is None:
        return
    counted = taken.decision.outcome == "pay"
    tx.publish(_counted(granted, taken) if counted else _refused(granted, taken))
    tx.audit(
        "granted_increase_counted" if counted else "granted_increase_refused",
        entity="booking",
        entity_id=granted.booking_id,
        person_id=case.person_id,
        matter_id=str(granted.matter_id),
    )


def _counted(granted: GrantedIncrease, taken: Taken) -> BookingReviewCounted:
    return BookingReviewCounted(
        matter_id=granted.matter_id,
        booking_id=granted.booking_id,
        granted_cents=granted.granted_cents,
        delta_cents=granted.delta_cents,
        decision_id=taken.decision_id,
        plan_version=taken.plan_version,
        steps=taken.steps,
    )


def _undecided(granted: GrantedIncrease, texts: Texts) -> BookingReviewRefused:
    text, remedy = texts.of_reason(UNDECIDED), texts.of_remedy(UNDECIDED)
    return BookingReviewRefused(
        matter_id=granted.matter_id,
        booking_id=granted.booking_id,
        granted_cents=granted.granted_cents,
        delta_cents=granted.delta_cents,
        limit="",
        most_cents=0,
        reasons=[ReasonText(UNDECIDED.code, "", text.it, text.en, remedy.it, remedy.en)],
    )


def _refused(granted: GrantedIncrease, taken: Taken) -> BookingReviewRefused:
    tightest = min(taken.decision.reasons, key=lambda one: one.params["most_cents"])
    return BookingReviewRefused(
        matter_id=granted.matter_id,
        booking_id=granted.booking_id,
        granted_cents=granted.granted_cents,
        delta_cents=granted.delta_cents,
        limit=tightest.params["limit"],
        most_cents=tightest.params["most_cents"],
        reasons=taken.reasons,
    )
