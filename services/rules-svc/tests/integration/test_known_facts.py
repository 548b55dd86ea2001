"""An event cannot understate what the fund itself has paid before."""

from typing import Any
from uuid import UUID, uuid4

from factories_rules import Desk


async def test_the_years_of_the_school_bonus_come_from_the_funds_own_decisions(desk: Desk) -> None:
    child = uuid4()

    async def bonus(day: str, claim: UUID, revision: int = 1) -> Any:
        event = desk.claim(
            claim,
            child,
            revision=revision,
            relation="child",
            article="7.9",
            amount_cents=10_000,
            expense_date=day,
            received_on=day,
            service="libri",
            documents=["invoice", "school_certificate"],
            extra={"school_level": "its", "years_used": 0},
        )
        await desk.handle(event)
        return (await desk.published("rules.claim_adjudicated.v1"))[-1]

    first, second = uuid4(), uuid4()
    assert (await bonus("2024-09-10", first))["outcome"] == "pay"
    assert (await bonus("2025-09-10", second))["outcome"] == "pay"
    refused = await bonus("2026-09-10", uuid4())
    assert (refused["outcome"], refused["reasons"][0]["article"]) == ("deny", "7.9")
    # A correction does not count its own earlier decision.
    assert (await bonus("2025-09-10", second, 2))["outcome"] == "pay"
    stored = await desk.rows(
        "select inputs->'request'->'extra'->>'years_used' as used from rules.decision where outcome = 'deny'"
    )
    assert [row.used for row in stored] == ["2"]
