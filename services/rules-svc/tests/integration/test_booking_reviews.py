"""What a review grants a facility beyond a booking's share counts in the member's limits, or is refused."""

import asyncio
from uuid import UUID, uuid4

from factories_rules import Desk

COUNTED, REFUSED = "rules.booking_review_counted.v1", "rules.booking_review_refused.v1"
# What article 3.8 holds in direct mode, in cents.
DIRECT = 45_000
HELD = "select limit_id, window_key, consumed, reserved from rules.limit_balance order by 1, 2"
PAID = "select sum(payable_cents)::int as total from rules.decision"


async def closed(desk: Desk, person: UUID, cents: int = 10_000) -> UUID:
    booking = uuid4()
    await desk.handle(desk.booking(booking, person, amount_cents=cents), desk.booking_end("closed", booking))
    return booking


async def test_an_increase_counts_once_a_matter(desk: Desk) -> None:
    person = uuid4()
    booking = await closed(desk, person)
    [before] = {row.consumed for row in await desk.rows(HELD)}
    event = desk.increased(booking, 3_000)
    await desk.handle(event, event, desk.event(event.type, booking, event.data))
    assert [(one["matter_id"], one["delta_cents"]) for one in await desk.published(COUNTED)] == [
        (event.data["matter_id"], 3_000)
    ]
    assert {row.consumed for row in await desk.rows(HELD)} == {before + 3_000}
    kinds = await desk.rows("select kind, payable_cents from rules.decision order by decided_at, decision_id")
    assert [row.kind for row in kinds] == ["booking", "booking_review"]
    # Another review of the same booking is another increase.
    await desk.handle(desk.increased(booking, 1_000))
    assert {row.consumed for row in await desk.rows(HELD)} == {before + 4_000}


async def test_an_increase_over_a_limit_is_refused_with_the_most_that_it_holds(desk: Desk) -> None:
    person, matter = uuid4(), uuid4()
    booking = await closed(desk, person)
    held = await desk.rows(HELD)
    left = DIRECT - held[0].consumed
    await desk.handle(desk.increased(booking, left + 1, matter))
    [refused] = await desk.published(REFUSED)
    assert (refused["matter_id"], refused["most_cents"]) == (str(matter), left)
    assert refused["limit"] in {row.limit_id for row in held}
    assert refused["reasons"][0]["text_it"]
    assert await desk.rows(HELD) == held
    await desk.handle(desk.increased(booking, left, matter))
    assert {row.consumed for row in await desk.rows(HELD)} == {DIRECT}


async def test_increases_and_claims_at_once_keep_the_ceiling(desk: Desk) -> None:
    person = uuid4()
    booking = await closed(desk, person)
    events = [desk.increased(booking, 9_000) for _ in range(6)]
    events += [desk.claim(uuid4(), person, article="3.8", amount_cents=15_000) for _ in range(6)]
    await asyncio.gather(*(desk.handle(event) for event in [*events, *events[::2]]))
    [paid] = await desk.rows(PAID)
    assert {row.consumed for row in await desk.rows(HELD)} == {paid.total}
    assert paid.total <= DIRECT
    assert len(await desk.published(COUNTED)) + len(await desk.published(REFUSED)) == 6
    assert not await desk.rows("select * from rules.parked_event")


async def test_an_increase_of_a_booking_that_was_never_decided_is_refused_at_once(desk: Desk) -> None:
    event = desk.increased(uuid4(), 3_000)
    await desk.handle(event, event)
    [refused] = await desk.published(REFUSED)
    assert (refused["matter_id"], refused["most_cents"], refused["limit"]) == (event.data["matter_id"], 0, "")
    assert [one["code"] for one in refused["reasons"]] == ["booking_never_decided"]
    assert refused["reasons"][0]["text_it"]
    assert await desk.rows(HELD) == []
    assert not await desk.rows("select * from rules.parked_event")
