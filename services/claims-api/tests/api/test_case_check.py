"""Before sending: what is missing or late; after sending: dates that can be expected, and how long it really takes."""

from datetime import timedelta
from typing import Any

import pytest
from factories_claims import Desk, claim_body, member_body, pdf, person_of, state_of

from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase


async def check(desk: Desk, me: str, case_id: str) -> dict[str, Any]:
    answer = await desk.client.post(f"/v1/cases/{case_id}/check", headers=desk.member(me))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def codes(checked: dict[str, Any]) -> list[str]:
    return [one["code"] for one in checked["findings"]]


@pytest.mark.parametrize(("age_days", "late"), [(119, False), (120, False), (121, True)])
async def test_the_plans_filing_days(desk: Desk, clock: FixedClock, age_days: int, *, late: bool) -> None:
    await desk.publish_plan(filing_days=120)
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    day = (clock.now() - timedelta(days=age_days)).date().isoformat()
    await desk.add(member["member_id"], case_id, claim_body(person_of(member, "member"), document_date=day))
    checked = await check(desk, member["member_id"], case_id)
    assert ("filed_late" in codes(checked)) is late
    assert checked["ready"]  # some articles have a term of their own: this warns, the rules refuse


async def test_a_plan_without_filing_days_says_nothing_of_them(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    body = claim_body(person_of(member, "member"), document_date="2024-01-02")
    await desk.add(member["member_id"], case_id, body)
    assert "filed_late" not in codes(await check(desk, member["member_id"], case_id))


async def test_what_is_missing_before_sending(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan(filing_days=120)
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    case_id = await desk.open_case(me)
    assert codes(await check(desk, me, case_id)) == ["case_empty"]
    await desk.add(me, case_id, claim_body(own))
    before = await state_of(database.admin_dsn)
    checked = await check(desk, me, case_id)
    assert codes(checked) == ["no_documents", "document_usually_needed"]
    assert checked["ready"]
    assert (checked["expected_decision_on"], checked["expected_payment_on"]) == ("2026-11-05", "2026-11-30")
    assert await state_of(database.admin_dsn) == before
    complete = await desk.open_case(me)
    invoice = (await desk.upload(me, pdf())).json()["document_id"]
    body = claim_body(own, document_number="77", documents=[{"document_id": invoice}])
    await desk.add(me, complete, body)
    assert codes(await check(desk, me, complete)) == ["possible_duplicate"]
    sent = claim_body(own, document_number="78", amount_cents=1)
    case_id, _ = await desk.submitted(member, sent)
    again = await desk.client.post(f"/v1/cases/{case_id}/check", headers=desk.member(me))
    assert (again.status_code, again.json()["code"]) == (409, "case_not_draft")


async def test_who_left_claims_in_vain(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    await desk.register("10001", member_body(left_on="2026-11-01"))
    assert "after_leaving" in codes(await check(desk, member["member_id"], case_id))


async def test_each_case_shows_its_dates(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    case_id, (claim_id,) = await desk.submitted(member, claim_body(own))
    case = await desk.case(me, case_id)
    assert (case["expected_decision_on"], case["expected_payment_on"]) == ("2026-11-05", "2026-11-30")
    await desk.decide(claim_id)
    case = await desk.case(me, case_id)
    assert (case["expected_decision_on"], case["expected_payment_on"]) == (None, "2026-11-30")
    held, (waiting,) = await desk.submitted(member, claim_body(own, document_number="2"))
    await desk.decide(waiting, "pend")
    case = await desk.case(me, held)
    assert (case["expected_decision_on"], case["expected_payment_on"]) == (None, None)


async def test_service_levels_are_what_really_happened(desk: Desk, clock: FixedClock) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    bodies = [claim_body(own, document_number=f"{number}") for number in range(10)]
    claims = [(await desk.submitted(member, body))[1][0] for body in bodies]
    for claim_id in claims:
        clock.set(clock.now() + timedelta(minutes=1))
        await desk.decide(claim_id)
    answer = await desk.client.get("/v1/service-levels", headers=desk.member(member["member_id"]))
    steps = {one["step"]: one for one in answer.json()["steps"]}
    decided = steps["rules_decision"]
    assert (decided["count"], decided["p50_seconds"], decided["p90_seconds"]) == (10, 300, 540)
    assert (steps["settled"]["p99_seconds"], steps["paid"]["count"], steps["paid"]["p50_seconds"]) == (600, 0, None)
    empty = await desk.client.get("/v1/service-levels?to=2026-01-01", headers=desk.member(member["member_id"]))
    assert {one["count"] for one in empty.json()["steps"]} == {0}
