"""Payments that a person grants count in the limits like those of the rules, or are refused."""

import asyncio
from uuid import UUID, uuid4

import pytest
from factories_rules import Desk

COUNTED, REFUSED = "rules.review_counted.v1", "rules.review_refused.v1"
HELD = "select limit_id, window_key, consumed from rules.limit_balance order by 1, 2"


async def referred(desk: Desk, person: UUID, cents: int = 50_000, article: str = "3.8") -> UUID:
    """Send glasses of a child whose dependency nobody declared: the rules refer it."""
    claim = uuid4()
    event = desk.claim(claim, person, article=article, amount_cents=cents, relation="child")
    event.data["beneficiary"] |= {"birth_date": "2001-09-01", "fiscally_dependent": None}
    await desk.handle(event)
    return claim


async def test_a_granted_payment_counts_once_and_on_the_whole_basis(desk: Desk) -> None:
    claim = await referred(desk, uuid4())
    assert [one["outcome"] for one in await desk.published("rules.claim_adjudicated.v1")] == ["refer"]
    granted = desk.granted(claim, 12_000)
    await desk.handle(granted, desk.event(granted.type, claim, granted.data))
    counted = await desk.published(COUNTED)
    assert [(one["claim_id"], one["payable_cents"]) for one in counted] == [(str(claim), 12_000)]
    assert [step["code"] for step in counted[0]["steps"]][-3:] == ["granted_by_hand", "limit_amount", "payable"]
    assert {row.consumed for row in await desk.rows(HELD)} == {12_000}
    kinds = await desk.rows("select kind, outcome, payable_cents from rules.decision order by decided_at, decision_id")
    assert [tuple(row) for row in kinds] == [("claim", "refer", 0), ("review", "pay", 12_000)]


async def test_what_would_pass_a_limit_is_refused_with_what_is_left(desk: Desk) -> None:
    person = uuid4()
    await desk.handle(desk.claim(uuid4(), person, article="3.8", amount_cents=50_000))
    claim = await referred(desk, person)
    await desk.handle(desk.granted(claim, 10_001))
    refused = await desk.published(REFUSED)
    assert [one["code"] for one in refused[0]["reasons"]] == ["grant_over_limit"]
    assert "400,00" in refused[0]["reasons"][0]["text_it"]
    assert "€100.00" in refused[0]["reasons"][0]["text_en"]
    assert {row.consumed for row in await desk.rows(HELD)} == {30_000}
    await desk.handle(desk.granted(claim, 10_000))
    assert len(await desk.published(COUNTED)) == 1
    assert {row.consumed for row in await desk.rows(HELD)} == {40_000}


async def test_a_correction_takes_a_granted_payment_back(desk: Desk) -> None:
    person = uuid4()
    claim = await referred(desk, person)
    await desk.handle(desk.granted(claim, 12_000))
    await desk.handle(desk.claim(claim, person, revision=2, article="3.8", amount_cents=10_000))
    assert {row.consumed for row in await desk.rows(HELD)} == {6_000}
    await desk.handle(desk.granted(claim, 12_000))
    assert len(await desk.published(COUNTED)) == 1


@pytest.mark.parametrize("article", ["3.6", "9.9"])
async def test_where_no_limit_binds_nothing_is_taken(desk: Desk, article: str) -> None:
    claim = await referred(desk, uuid4(), article=article)
    await desk.handle(desk.granted(claim, 5_000), desk.granted(claim, 5_000, outcome="deny"))
    assert len(await desk.published(COUNTED)) == 1
    assert not await desk.rows(HELD)


async def test_granted_and_decided_payments_at_once_keep_the_ceiling(desk: Desk) -> None:
    person = uuid4()
    claims = [await referred(desk, person) for _ in range(8)]
    events = [desk.granted(claim, 9_000) for claim in claims]
    events += [desk.claim(uuid4(), person, article="3.8", amount_cents=15_000) for _ in range(8)]
    await asyncio.gather(*(desk.handle(event) for event in [*events, *events[::2]]))
    paid = await desk.rows("select sum(payable_cents)::int as total from rules.decision")
    held = await desk.rows(HELD)
    assert {row.consumed for row in held} == {paid[0].total}
    assert paid[0].total <= 40_000
    assert len(await desk.published(COUNTED)) + len(await desk.published(REFUSED)) == 8
    assert not await desk.rows("select * from rules.parked_event")
