"""The birth benefit of 7.2: four instalments, each later one checked again when it falls due."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories_rules import Desk

DECIDED = "rules.instalment_decided.v1"


async def birth(desk: Desk, child: UUID, **request: Any) -> tuple[UUID, dict[str, Any]]:
    claim = uuid4()
    usual = {"documents": ["self_declaration"], "extra": {"child_order": 1, "children_in_tax_load": True}}
    event = desk.claim(claim, child, article="7.2", amount_cents=0, relation="child", **(usual | request))
    event.data["beneficiary"] |= {"birth_date": "2026-10-12"}
    await desk.handle(event)
    return claim, (await desk.published("rules.claim_adjudicated.v1"))[-1]


async def test_the_decision_carries_the_plan_of_payment(desk: Desk) -> None:
    _, event = await birth(desk, uuid4())
    assert event["payable_cents"] == 45_000
    assert [(one["number"], one["due_on"], one["amount_cents"]) for one in event["instalments"]] == [
        (number, "2026-11-02" if number == 1 else f"{2025 + number}-11-01", 45_000) for number in (1, 2, 3, 4)
    ]
    await desk.handle(desk.claim(uuid4(), uuid4()))
    assert (await desk.published("rules.claim_adjudicated.v1"))[-1]["instalments"] == []


async def test_an_instalment_is_paid_once(desk: Desk) -> None:
    member = uuid4()
    claim, event = await birth(desk, member)
    await desk.handle(desk.member_changed(member, [member]))
    due = desk.instalment_due(claim, event["decision_id"], 2, "2027-11-02")
    await desk.handle(due)
    await desk.handle(desk.event(due.type, claim, due.data))
    await desk.handle(desk.instalment_due(claim, event["decision_id"], 2, "2027-11-02"))
    decided = await desk.published(DECIDED)
    assert [(one["outcome"], one["payable_cents"], one["number"]) for one in decided] == [
        ("pay", 45_000, 2),
        ("lapse", 0, 2),
    ]
    assert decided[1]["reasons"][0]["code"] == "nothing_left_limit_count"
    held = await desk.rows("select window_key, consumed from rules.limit_balance order by 1")
    assert [tuple(row) for row in held] == [("lifetime/1", 1), ("lifetime/2", 1)]


@pytest.mark.parametrize(
    ("register", "outcome", "article"),
    [
        ({}, "pay", None),
        ({"left_on": "2027-11-02"}, "pay", None),
        ({"left_on": "2027-11-01"}, "lapse", "1.1"),
        ({"contributions_in_order": False}, "lapse", "7.2"),
        ({"category": "pensioner"}, "pay", None),
    ],
)
async def test_rights_are_tested_on_the_day(
    desk: Desk, register: dict[str, Any], outcome: str, article: str | None
) -> None:
    member = uuid4()
    claim, event = await birth(desk, member)
    await desk.handle(desk.member_changed(member, [member], **register))
    await desk.handle(desk.instalment_due(claim, event["decision_id"], 3, "2027-11-02"))
    (decided,) = await desk.published(DECIDED)
    assert (decided["outcome"], decided["payable_cents"]) == (outcome, 45_000 if outcome == "pay" else 0)
    assert [one["article"] for one in decided["reasons"]][:1] == ([article] if article else [])
