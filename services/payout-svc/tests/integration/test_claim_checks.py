"""Checks of single claims: what is owed for them waits, and nothing else of the payee does."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from payout_factories import NOVEMBER, FundDriver

from kit.events import Envelope
from kit.ids import new_id
from kit.testing.tokens import TokenFactory
from payout_svc.domain.errors import BalancesChanged
from payout_svc.domain.run_month import RunMonth


class Checks:
    """A member with two settled claims, and the check of the second one."""

    def __init__(self, fund: FundDriver, member: UUID, free: Envelope, looked_at: Envelope) -> None:
        self.fund = fund
        self.member = member
        self.settled = (free, looked_at)
        self.claim_id = looked_at.data["claim_id"]
        self.check_id = new_id()

    def event(self, what: str, kind: str = "sampling", check_id: UUID | None = None) -> Envelope:
        data = {
            "check_id": str(check_id or self.check_id),
            "claim_id": self.claim_id,
            "member_id": str(self.member),
            "check": kind,
            "reason": "declarations",
        }
        return self.fund.event(f"claims.claim_check_{what}", self.claim_id, data)

    async def lines(self, month: RunMonth = NOVEMBER) -> list[tuple[str, str | None, int]]:
        run = await self.fund.prepare(month)
        async with self.fund.services.uow.begin(self.fund.context()) as tx:
            lines = await tx.runs.lines(run, outcome=None, after_line=0, limit=50)
        return [(line.outcome.value, line.reason, line.amount_cents) for line in lines]

    async def effects(self) -> list[tuple[str, int]]:
        async with self.fund.services.uow.begin(self.fund.context()) as tx:
            found = await tx.claim_checks.page(claim_id=None, open_only=False, after=None, limit=50)
        return [(one.effect.value, one.held_cents) for one in found]


@pytest.fixture
async def checks(fund: FundDriver) -> Checks:
    member = await fund.enrol()
    free, looked_at = fund.settled(member, 6000), fund.settled(member, 9000)
    return Checks(fund, member, free, looked_at)


HELD = [("pay", None, 6000), ("hold", "claim_check", 9000)]
FREE = [("pay", None, 15000)]


@pytest.mark.parametrize("first", ["check", "claim"])
async def test_only_the_checked_claim_waits_whatever_comes_first(checks: Checks, first: str) -> None:
    events = [checks.event("opened"), *checks.settled]
    for event in events if first == "check" else reversed(events):
        await checks.fund.deliver(event)
    assert await checks.lines() == HELD
    await checks.fund.pay()
    assert [one["amount_cents"] for one in await checks.fund.events("payout_sent")] == [6000]
    assert await checks.lines() == [("hold", "claim_check", 9000)]
    await checks.fund.deliver(checks.event("closed"))
    assert await checks.lines() == [("pay", None, 9000)]
    assert await checks.effects() == [("closed", 0)]


async def test_the_closing_may_overtake_the_opening_and_both_may_come_again(checks: Checks) -> None:
    opened, closed = checks.event("opened"), checks.event("closed")
    await checks.fund.deliver(*checks.settled, closed, opened, checks.event("opened"), checks.event("closed"))
    assert await checks.lines() == FREE


async def test_two_checks_hold_until_both_are_closed(checks: Checks) -> None:
    visit = new_id()
    await checks.fund.deliver(*checks.settled, checks.event("opened"), checks.event("opened", "check_up_visit", visit))
    assert [(one, cents) for one, cents in await checks.effects()] == [("holds", 9000), ("holds", 9000)]
    await checks.fund.deliver(checks.event("closed"))
    assert await checks.lines() == HELD
    await checks.fund.deliver(checks.event("closed", "check_up_visit", visit))
    assert await checks.lines() == FREE


async def test_a_check_after_the_dry_run_stops_the_execution(checks: Checks) -> None:
    await checks.fund.deliver(*checks.settled)
    run = await checks.fund.approve(await checks.fund.prepare())
    await checks.fund.deliver(checks.event("opened"))
    with pytest.raises(BalancesChanged):
        await checks.fund.execute(run)
    assert await checks.fund.payouts() == []
    await checks.fund.pay()
    assert [one["amount_cents"] for one in await checks.fund.events("payout_sent")] == [6000]


async def test_a_check_after_the_payment_changes_nothing_and_says_so(checks: Checks) -> None:
    await checks.fund.deliver(*checks.settled)
    await checks.fund.pay()
    before = await checks.fund.balances()
    await checks.fund.deliver(checks.event("opened"))
    assert await checks.effects() == [("paid_before", 0)]
    assert await checks.lines() == []
    assert await checks.fund.balances() == before


async def test_a_correction_of_the_checked_claim_waits_with_it(checks: Checks) -> None:
    await checks.fund.deliver(*checks.settled, checks.event("opened"))
    await checks.fund.correct(checks.member, -9000, claim_id=UUID(checks.claim_id), payable_cents=0)
    assert await checks.lines() == [("pay", None, 6000)]
    await checks.fund.deliver(checks.event("closed"))
    assert await checks.lines() == [("pay", None, 6000)]


async def test_the_list_of_checks(checks: Checks, client: AsyncClient, tokens: TokenFactory) -> None:
    await checks.fund.deliver(checks.settled[1], checks.event("opened"))
    path = "/v1/payout-holds/claim-checks"

    async def items(query: str, role: str = "payments_officer") -> Any:
        answer = await client.get(f"{path}?{query}", headers=tokens.headers(roles=[role]))
        return answer.json()["items"] if answer.status_code == 200 else answer.status_code

    (shown,) = await items(f"claim_id={checks.claim_id}")
    assert (shown["kind"], shown["effect"], shown["held_cents"]) == ("sampling", "holds", 9000)
    assert await items(f"claim_id={new_id()}") == []
    await checks.fund.deliver(checks.event("closed"))
    assert await items("state=open") == []
    assert [one["effect"] for one in await items("state=all&limit=1")] == ["closed"]
    assert await items("", "operator") == 403
