"""Limits are consumed in the order in which requests reach the rules; what comes late never passes a ceiling (A37)."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories_rules import Desk

GLASSES = {"article": "3.8", "amount_cents": 60_000}
# 60 % of 600.00 is 360.00 of the 400.00 that two years hold.
WHOLE, REST = 36_000, 4_000


def glasses(desk: Desk, claim: UUID, person: UUID, received_on: str, revision: int = 1, **changes: Any) -> Any:
    return desk.claim(claim, person, revision=revision, received_on=received_on, **(GLASSES | changes))


async def paid(desk: Desk) -> dict[str, list[int]]:
    rows = await desk.rows("select subject_id, payable_cents from rules.decision order by revision")
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(str(row.subject_id), []).append(row.payable_cents)
    return found


@pytest.mark.parametrize("together", [True, False])
async def test_claims_take_in_the_order_of_their_events(desk: Desk, *, together: bool) -> None:
    person, early, late = uuid4(), uuid4(), uuid4()
    # Received on the 14th and the 20th; the intake tells of the later one first.
    events = [glasses(desk, late, person, "2026-10-20"), glasses(desk, early, person, "2026-10-14")]
    for batch in [events] if together else [[one] for one in events]:
        await desk.handle(*batch)
    assert await paid(desk) == {str(late): [WHOLE], str(early): [REST]}
    (held,) = await desk.rows(
        "select sum(consumed)::int as taken from rules.limit_balance where window_key = '2025-2026'"
    )
    assert held.taken == WHOLE + REST
    days = await desk.rows("select inputs->'request'->>'received_on' as day from rules.decision order by 1")
    assert [row.day for row in days] == ["2026-10-14", "2026-10-20"]


async def test_a_suspended_claim_reserves_nothing_and_keeps_its_day(desk: Desk) -> None:
    person, first, second = uuid4(), uuid4(), uuid4()
    await desk.handle(glasses(desk, first, person, "2026-10-14", documents=["invoice"]))
    await desk.handle(glasses(desk, second, person, "2026-10-20"))
    completed = glasses(desk, first, person, "2026-11-02", revision=2)
    await desk.handle(completed)
    assert await paid(desk) == {str(first): [0, REST], str(second): [WHOLE]}
    kept = await desk.rows("select inputs->'request'->>'received_on' as day from rules.decision where revision = 2")
    assert [row.day for row in kept] == ["2026-10-14"]


async def test_a_reversal_frees_the_limit_for_the_next_event_alone(desk: Desk) -> None:
    person, first, second = uuid4(), uuid4(), uuid4()
    await desk.handle(glasses(desk, first, person, "2026-10-14"), glasses(desk, second, person, "2026-10-20"))
    await desk.handle(glasses(desk, first, person, "2026-10-14", revision=2, amount_cents=10_000))
    # What stood is not decided again by itself: the desk corrects it, and then it takes what is free now.
    assert await paid(desk) == {str(first): [WHOLE, 6_000], str(second): [REST]}
    await desk.handle(glasses(desk, second, person, "2026-10-20", revision=2))
    assert (await paid(desk))[str(second)] == [REST, 34_000]
