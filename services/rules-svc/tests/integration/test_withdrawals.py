"""A claim that its member took back takes nothing from the limits, whatever the order in which the events come."""

import asyncio
from uuid import UUID, uuid4

import pytest
from factories_rules import Desk

from kit.events import Envelope

TAKEN = "select coalesce(sum(consumed + reserved), 0)::int as cents from rules.limit_balance"
POSTED = "select kind, sum(amount)::int as cents from rules.limit_posting group by 1 order by 1"
DECIDED = "rules.claim_adjudicated.v1"


def glasses(desk: Desk, claim: UUID, person: UUID, cents: int = 30_000, revision: int = 1) -> Envelope:
    return desk.claim(claim, person, revision=revision, article="3.8", amount_cents=cents)


async def taken(desk: Desk) -> int:
    return int((await desk.rows(TAKEN))[0].cents)


async def test_a_decided_claim_gives_back_what_it_took(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(glasses(desk, claim, person, 80_000))
    assert await taken(desk) > 0
    await desk.handle(desk.withdrawn(claim))
    assert await taken(desk) == 0
    posted = {row.kind: row.cents for row in await desk.rows(POSTED)}
    assert posted["consume"] == posted["reverse"] > 0
    assert not await desk.rows("select * from rules.evidence_on_file")
    await desk.handle(glasses(desk, uuid4(), person, 80_000))
    assert [one["payable_cents"] for one in await desk.published(DECIDED)] == [40_000, 40_000]


async def test_a_claim_that_comes_after_its_withdrawal_is_dropped(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(desk.withdrawn(claim))
    await desk.handle(glasses(desk, claim, person), glasses(desk, claim, person, 10_000, 2))
    assert (await taken(desk), await desk.published(DECIDED)) == (0, [])
    assert not await desk.rows("select * from rules.decision")


async def test_the_same_withdrawal_twice_and_a_claim_told_again_change_nothing(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    await desk.handle(glasses(desk, claim, person), desk.withdrawn(claim))
    before = await desk.rows(POSTED)
    await desk.handle(desk.withdrawn(claim), glasses(desk, claim, person), glasses(desk, claim, person, 10_000, 2))
    assert (await desk.rows(POSTED), await taken(desk)) == (before, 0)
    assert len(await desk.published(DECIDED)) == 1
    told = await desk.rows("select details from rules.audit_entry where action = 'claim_withdrawn'")
    assert len(told) == 1


async def test_a_payment_granted_on_a_claim_taken_back_is_not_counted(desk: Desk) -> None:
    claim, person = uuid4(), uuid4()
    referred = desk.claim(claim, person, article="3.8", amount_cents=30_000, relation="child")
    referred.data["beneficiary"] |= {"birth_date": "2001-09-01", "fiscally_dependent": None}
    await desk.handle(referred, desk.withdrawn(claim), desk.granted(claim, 5_000))
    assert [one["outcome"] for one in await desk.published(DECIDED)] == ["refer"]
    assert (await taken(desk), await desk.published("rules.review_counted.v1")) == (0, [])


@pytest.mark.parametrize("withdrawn_first", [False, True])
async def test_submission_and_withdrawal_race(desk: Desk, *, withdrawn_first: bool) -> None:
    person, claims = uuid4(), [uuid4() for _ in range(12)]
    pairs = [(glasses(desk, one, person), desk.withdrawn(one)) for one in claims]
    racing = [one for pair in pairs for one in (reversed(pair) if withdrawn_first else pair)]
    kept = uuid4()
    await asyncio.gather(*(desk.handle(one) for one in [*racing, glasses(desk, kept, person, 10_000)]))
    await desk.handle(glasses(desk, uuid4(), person, 10_000))
    of_kept = await desk.rows("select payable_cents from rules.decision where subject_id = :kept", kept=kept)
    last = (await desk.published(DECIDED))[-1]["payable_cents"]
    balance = await desk.rows(
        "select consumed + reserved as cents from rules.limit_balance where window_key = '2026-2027'"
    )
    assert [row.cents for row in balance] == [of_kept[0].payable_cents + last]
    assert last == 6_000
    assert not await desk.rows("select * from rules.parked_event")
