"""Instalments of a benefit (7.2): planned, due in the month of the first payment, asked, granted or lapsed."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from payout_factories import FundDriver

from kit.clock import FixedClock
from kit.ids import new_id
from payout_svc.domain.run_month import RunMonth
from payout_svc.entrypoints.worker import ask_due
from payout_svc.use_cases.close_month import close_month

FOUR = [{"number": number, "due_on": f"{2025 + number}-10-01", "amount_cents": 45000} for number in (1, 2, 3, 4)]
REASON = {"code": "not_a_member", "article": "7.2", "text_it": "Non iscritto", "text_en": "No member"}


async def _born(fund: FundDriver) -> UUID:
    member = await fund.enrol()
    event = fund.settled(member, 45000, article="7.2", instalments=FOUR)
    await fund.deliver(fund.adjudicated(event.data["claim_id"], 45000), event, event)
    return member


async def _instalments(fund: FundDriver) -> list[dict[str, Any]]:
    return await fund.rows("select * from payouts.instalment order by number")


async def _states(fund: FundDriver) -> list[tuple[str, str]]:
    return [(one["state"], one["due_on"].isoformat()) for one in await _instalments(fund)]


async def _answer(fund: FundDriver, instalment: dict[str, Any], **answer: Any) -> None:
    data = {
        "instalment_id": str(instalment["instalment_id"]),
        "claim_id": str(instalment["claim_id"]),
        "member_id": str(instalment["member_id"]),
        "article": "7.2",
        "outcome": "pay",
        "payable_cents": 45000,
        "plan_version": "2023-07-01",
        "reasons": [],
        "steps": [],
    }
    await fund.deliver(fund.event("rules.instalment_decided", instalment["instalment_id"], data | answer))


async def test_month_counts_from_the_first_payment(fund: FundDriver) -> None:
    await _born(fund)
    assert await _states(fund) == [("planned", "2027-10-01"), ("planned", "2028-10-01"), ("planned", "2029-10-01")]
    await fund.pay()
    assert await _states(fund) == [
        ("scheduled", "2027-11-01"),
        ("scheduled", "2028-11-01"),
        ("scheduled", "2029-11-01"),
    ]
    (payout,) = await fund.payouts()
    assert payout["amount_cents"] == 45000
    await fund.report((f"MP{payout['payout_id'].hex}", "RJCT", "AM04"))
    assert {state for state, _ in await _states(fund)} == {"planned"}


async def test_each_is_asked_once_in_its_month_then_paid_or_lost(fund: FundDriver, clock: FixedClock) -> None:
    member = await _born(fund)
    await fund.pay()
    clock.set(datetime(2027, 10, 31, 22, 59, tzinfo=UTC))
    await ask_due(fund.services)
    assert await fund.events("instalment_due") == []
    clock.set(datetime(2027, 10, 31, 23, 0, tzinfo=UTC))
    await ask_due(fund.services)
    await ask_due(fund.services)
    (asked,) = await fund.events("instalment_due")
    assert (asked["number"], asked["due_on"], asked["amount_cents"]) == (2, "2027-11-01", 45000)
    second, third, _ = await _instalments(fund)
    await _answer(fund, third)
    assert [state for state, _ in await _states(fund)] == ["asked", "scheduled", "scheduled"]
    await _answer(fund, second)
    await _answer(fund, second, outcome="lapse", reasons=[REASON])
    assert await fund.owed(member) == 45000
    clock.set(datetime(2027, 11, 26, 9, tzinfo=UTC))
    assert (await fund.pay(RunMonth(2027, 11))).totals.paid_cents == 45000
    assert await fund.is_balanced()

    clock.set(datetime(2028, 11, 2, 9, tzinfo=UTC))
    await ask_due(fund.services)
    assert "instalments_due_and_decided" in await _different(fund, RunMonth(2028, 11))
    await _answer(fund, third, outcome="lapse", payable_cents=0, reasons=[REASON])
    third = (await _instalments(fund))[1]
    assert (third["state"], third["reasons"][0]["text_en"], third["payable_cents"]) == ("lapsed", "No member", None)
    assert await fund.owed(member) == 0
    assert await _different(fund, RunMonth(2028, 11)) == set()


async def _different(fund: FundDriver, month: RunMonth) -> set[str]:
    async with fund.services.uow.begin(fund.context()) as tx:
        closing = await close_month(tx, month=month, files=fund.services.files)
    return {check.name for check in closing.checks if not check.equal}


async def test_corrected_claim_takes_its_instalments_along(fund: FundDriver) -> None:
    member = await _born(fund)
    claim_id = (await _instalments(fund))[0]["claim_id"]
    decision = new_id()
    await fund.correct(member, -5000, claim_id=claim_id, decision_id=decision, payable_cents=40000)
    assert {one["decision_id"] for one in await _instalments(fund)} == {decision}
    await fund.correct(member, -40000, claim_id=claim_id, payable_cents=0)
    assert {(one["state"], one["reasons"][0]["code"]) for one in await _instalments(fund)} == {
        ("lapsed", "claim_corrected")
    }
    assert await fund.owed(member) == 0


async def test_unknown_instalment_is_parked(fund: FundDriver) -> None:
    member = await fund.enrol()
    nobody = {"instalment_id": new_id(), "claim_id": new_id(), "member_id": member, "due_on": date(2027, 1, 1)}
    await _answer(fund, nobody)
    assert len(await fund.rows("select * from payouts.parked_event")) == 1
