"""A higher revision takes back what the earlier decision took, and decides anew."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from factories_rules import Desk

from rules_svc.entrypoints.replay_command import replay_all

BALANCES = "select person_id, window_key, consumed, reserved, uses from rules.limit_balance order by 1, 2"
POSTED = "select kind, sum(amount)::int from rules.limit_posting where window_key = '2026-2027' group by 1 order by 1"


def glasses(desk: Desk, claim: UUID, person: UUID, cents: int, revision: int = 1, **request: Any) -> Any:
    return desk.claim(claim, person, revision=revision, article="3.8", amount_cents=cents, **request)


async def taken(desk: Desk) -> set[tuple[int, int]]:
    return {(row.consumed, row.reserved) for row in await desk.rows(BALANCES)}


async def test_a_correction_reverses_and_decides_anew(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    first, second = glasses(desk, claim, person, 30_000), glasses(desk, claim, person, 10_000, 2)
    await desk.handle(first)
    await desk.handle(second)
    assert await taken(desk) == {(6_000, 0)}
    assert [tuple(row) for row in await desk.rows(POSTED)] == [("consume", 24_000), ("reverse", 18_000)]
    decided = await desk.rows(
        "select decision_id, previous_decision_id, payable_cents from rules.decision order by revision"
    )
    assert [(row.previous_decision_id, row.payable_cents) for row in decided] == [
        (None, 18_000),
        (decided[0].decision_id, 6_000),
    ]
    again = [desk.event(one.type, claim, one.data) for one in (second, first)]
    await desk.handle(*again)
    await desk.handle(glasses(desk, claim, person, 50_000, 1))
    assert await taken(desk) == {(6_000, 0)}
    assert len(await desk.published("rules.claim_adjudicated.v1")) == 2


async def test_the_full_ceiling_is_free_again_for_the_corrected_claim_alone(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(glasses(desk, claim, person, 80_000))
    assert await taken(desk) == {(40_000, 0)}
    await desk.handle(glasses(desk, claim, person, 70_000, 2))
    assert await taken(desk) == {(40_000, 0)}
    late = {"expense_date": "2026-01-05"}
    await desk.handle(glasses(desk, claim, person, 70_000, 3, received_on="2026-11-30", **late))
    assert await taken(desk) == {(0, 0)}
    outcomes = [event["outcome"] for event in await desk.published("rules.claim_adjudicated.v1")]
    assert outcomes == ["pay", "pay", "deny"]


async def test_a_correction_may_move_the_claim_to_another_person_and_article(desk: Desk) -> None:
    claim, first, second = uuid4(), uuid4(), uuid4()
    await desk.handle(glasses(desk, claim, first, 30_000))
    await desk.handle(glasses(desk, claim, second, 20_000, 2))
    held = {(row.person_id, row.consumed) for row in await desk.rows(BALANCES)}
    assert held == {(first, 0), (second, 12_000)}
    await desk.handle(desk.claim(claim, second, revision=3, article="3.6", amount_cents=15_000))
    assert await taken(desk) == {(0, 0)}


async def test_a_correction_loses_the_document_that_only_it_had_brought(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(glasses(desk, claim, person, 10_000))
    await desk.handle(glasses(desk, claim, person, 10_000, 2, documents=["invoice"]))
    assert [one["outcome"] for one in await desk.published("rules.claim_adjudicated.v1")] == ["pay", "pend"]
    kept = await desk.rows("select inputs->'request'->>'received_on' as day from rules.decision")
    assert {row.day for row in kept} == {"2026-11-02"}


async def test_a_changed_booking_reserves_anew_and_ends_once(desk: Desk) -> None:
    booking, person = uuid4(), uuid4()
    await desk.handle(desk.booking(booking, person, amount_cents=20_000))
    await desk.handle(desk.booking(booking, person, revision=2, amount_cents=10_000))
    assert await taken(desk) == {(0, 6_500)}
    await desk.handle(desk.booking_end("closed", booking))
    assert await taken(desk) == {(6_500, 0)}
    await desk.handle(desk.booking(booking, person, revision=3, amount_cents=8_000))
    await desk.handle(desk.booking_end("cancelled", booking), desk.booking_end("closed", booking))
    assert await taken(desk) == {(0, 0)}
    revisions = [event["revision"] for event in await desk.published("rules.booking_adjudicated.v1")]
    assert revisions == [1, 2, 3]


async def test_corrections_and_new_claims_at_once_keep_the_ceiling(desk: Desk) -> None:
    person, claims = uuid4(), [uuid4() for _ in range(8)]
    events = [glasses(desk, claim, person, 10_000 * revision, revision) for claim in claims for revision in (1, 2, 3)]
    others = [desk.booking(uuid4(), person, amount_cents=5_000) for _ in range(8)]
    await asyncio.gather(*(desk.handle(event) for event in [*events, *others, *events[::2]]))
    rows = await desk.rows(BALANCES)
    newest = await desk.rows(
        "select distinct on (kind, subject_id) kind, revision, payable_cents from rules.decision"
        " order by kind, subject_id, revision desc"
    )
    assert {row.revision for row in newest if row.kind == "claim"} == {3}
    for row in rows:
        assert row.consumed <= 40_000
        assert row.consumed + row.reserved == sum(one.payable_cents for one in newest) <= 45_000
    assert not await desk.rows("select * from rules.parked_event")


async def test_everything_stored_replays_to_the_same_bytes(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(glasses(desk, claim, person, 80_000))
    await desk.handle(glasses(desk, claim, person, 30_000, 2), desk.booking(uuid4(), person, amount_cents=20_000))
    await desk.handle(glasses(desk, claim, person, 30_000, 3, documents=["invoice"]))
    await desk.handle(desk.claim(uuid4(), person, expense_date="2022-03-01", received_on="2022-04-01"))
    referred = glasses(desk, uuid4(), person, 30_000, relation="child")
    referred.data["beneficiary"] |= {"birth_date": "2001-09-01", "fiscally_dependent": None}
    await desk.handle(referred)
    await desk.handle(desk.granted(UUID(referred.subject), 5_000))
    told: list[str] = []
    assert await replay_all(desk.services, told.append) == (7, 0)
    assert told == ["7 decisions replayed, 0 differ"]
