"""Grant a facility more than the rules have authorised: one person proposes, another grants, the rules count it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.errors import FacilityNotFound
from booking_api.domain.matter import COUNTING, INCREASED, OPEN, PROPOSED, Matter, MatterKind, Side
from booking_api.domain.review import check_granted, check_second_person
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date

COUNTED_TEXT = "Conteggiato nei massimali dell'iscritto"


async def fund_share_of(tx: BookingTransaction, booking: Booking) -> int:
    """Return what the fund owes for a closed booking, in cents: its authorised share, or what a review has granted."""
    granted = await tx.matters.granted_cents(booking.booking_id)
    return booking.granted.fund_share_cents if granted is None else granted


async def check_review_step(tx: BookingTransaction, before: Matter, moved: Matter) -> None:
    """Check a proposal; ask the rules to count the difference when a second person grants it.

    Raises: MatterFactsInvalid, SecondPersonNeeded.
    """
    if moved.state == PROPOSED:
        _granted(moved)
    elif moved.state == COUNTING:
        await _ask_to_count(tx, before, moved)


async def increase_counted(tx: BookingTransaction, *, matter_id: UUID, granted_cents: int) -> None:
    """Open the difference that the limits hold; an answer that nobody waits for changes nothing.

    Raises: MatterNotFound.
    """
    matter = await _waiting(tx, matter_id, granted_cents)
    if matter is None:
        return
    moved = matter.moved(INCREASED, by=Side.RULES, at=tx.now, actor=tx.context.actor, text=COUNTED_TEXT)
    await _correct(tx, moved)
    await _save(tx, moved)


async def increase_refused(
    tx: BookingTransaction, *, matter_id: UUID, granted_cents: int, text: str, refusal: Mapping[str, Any]
) -> None:
    """Open the review again with what the limits said, so that less can be proposed or it is confirmed.

    Raises: MatterNotFound.
    """
    matter = await _waiting(tx, matter_id, granted_cents)
    if matter is None:
        return
    moved = matter.moved(OPEN, by=Side.RULES, at=tx.now, actor=tx.context.actor, text=text, facts=refusal)
    # The refusal belongs to its step: it is no fact of what may be granted next.
    await _save(tx, replace(moved, facts=matter.facts))


async def _waiting(tx: BookingTransaction, matter_id: UUID, granted_cents: int) -> Matter | None:
    matter = await tx.matters.lock(matter_id, MatterKind.REVIEW, None)
    waits = matter.state == COUNTING and matter.facts["granted_cents"] == granted_cents
    return matter if waits else None


async def _save(tx: BookingTransaction, moved: Matter) -> None:
    await tx.matters.save(moved)
    side, kind = str(Side.RULES), str(moved.kind)
    tx.audit("matter_moved", entity="matter", entity_id=moved.matter_id, kind=kind, to=moved.state, by=side)


def _granted(matter: Matter) -> int:
    facts = matter.facts
    return check_granted(
        facts.get("granted_cents"), settled_cents=facts["settled_cents"], asked_cents=facts["asked_cents"]
    )


async def _ask_to_count(tx: BookingTransaction, before: Matter, moved: Matter) -> None:
    """Publish the difference. One review of a booking lives at a time, so nobody else changes its share meanwhile."""
    granted = _granted(moved)
    steps = (await tx.matters.steps([moved.matter_id]))[moved.matter_id]
    proposed_by = next(step.actor for step in reversed(steps) if step.state == PROPOSED)
    check_second_person(
        proposed_by=proposed_by,
        granted_by=tx.context.actor,
        proposed_cents=before.facts["granted_cents"],
        granted_cents=granted,
    )
    booking = await _booking_of(tx, moved)
    settled = moved.facts["settled_cents"]
    tx.publish(booking_events.review_granted(booking, moved.matter_id, previous_cents=settled, granted_cents=granted))


async def _booking_of(tx: BookingTransaction, matter: Matter) -> Booking:
    if matter.booking_id is None:
        raise ValueError("a review is about a booking")
    return await tx.bookings.get(matter.booking_id, Viewer())


async def _correct(tx: BookingTransaction, moved: Matter) -> None:
    booking = await _booking_of(tx, moved)
    facility = await tx.facilities.get(moved.facility_id)
    if facility is None:
        raise FacilityNotFound("La struttura non esiste")
    correction = booking_events.corrected(
        booking,
        facility,
        moved.matter_id,
        previous_cents=moved.facts["settled_cents"],
        payable_cents=_granted(moved),
        on=rome_date(tx.now),
    )
    tx.publish(correction)
    tx.audit("booking_corrected", entity="booking", entity_id=booking.booking_id, delta_cents=correction.delta_cents)
