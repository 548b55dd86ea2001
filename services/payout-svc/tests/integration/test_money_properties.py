"""Whatever happens in whatever order: the ledger sums to zero, nobody is paid twice, the threshold holds."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payout_factories import FundDriver, Killed, begin_killed_after, iban

from kit.clock import FixedClock
from payout_svc.bootstrap import build
from payout_svc.domain.errors import BalancesChanged
from payout_svc.domain.payout_run import PayoutRun
from payout_svc.domain.run_month import RunMonth
from payout_svc.settings import PayoutSettings

MEMBERS = 3
_member = st.integers(0, MEMBERS - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("settle"), _member, st.sampled_from([1, 2500, 4999, 5000, 5001, 9000])),
        st.tuples(st.just("settle twice"), _member, st.just(2600)),
        st.tuples(st.just("correct"), _member, st.sampled_from([-9001, -4000, -1, 300])),
        st.tuples(st.just("run"), st.sampled_from([11, 12]), st.integers(0, 5)),
        st.tuples(st.just("late claim"), _member, st.just(100)),
        st.tuples(st.just("return"), _member, st.just(0)),
        st.tuples(st.just("bank settles"), _member, st.just(0)),
        st.tuples(st.just("new iban"), _member, st.just(0)),
    ),
    max_size=14,
)
_funds = count(1)


class Play:
    """Plays the steps on one fresh fund and keeps its own account of what must be true."""

    def __init__(self, fund: FundDriver) -> None:
        self.fund = fund
        self.members: list[UUID] = []
        self.settled: Counter[UUID] = Counter()
        # Without what corrections took back: a transfer that went out stays out.
        self.granted: Counter[UUID] = Counter()
        self.versions = count(2)
        self.ibans = count(100)

    async def start(self) -> None:
        await self.fund.publish_terms()
        self.members = [await self.fund.enrol(number=number) for number in range(1, MEMBERS + 1)]

    async def settle(self, member: UUID, cents: int, times: int = 1) -> None:
        event = self.fund.settled(member, cents, settled_on="2026-11-20")
        for _ in range(times):
            await self.fund.deliver(event)
        self.settled[member] += cents
        self.granted[member] += cents

    async def run(self, month: int, kill_after: int, late: UUID | None = None) -> None:
        run = await self.fund.approve(await self.fund.prepare(RunMonth(2026, month)))
        if late:
            await self.settle(late, 100)
        try:
            await self.fund.execute(run, begin_killed_after(self.fund.begin(), kill_after))
        except Killed:
            await self._resume(run, late)
        except BalancesChanged:
            assert late

    async def _resume(self, run: PayoutRun, late: UUID | None) -> None:
        try:
            await self.fund.execute(run)
        except BalancesChanged:
            assert late

    async def answer(self, member: UUID, status: str, reason: str | None) -> None:
        payouts = [p for p in await self.fund.payouts() if p["payee_id"] == member]
        if payouts:
            await self.fund.report((f"MP{payouts[0]['payout_id'].hex}", status, reason))

    async def step(self, step: tuple[str, int, int]) -> None:
        what, number, amount = step
        member = self.members[number % MEMBERS]
        if what == "settle":
            await self.settle(member, amount)
        elif what == "settle twice":
            await self.settle(member, amount, times=2)
        elif what == "correct":
            await self.fund.correct(member, amount)
            self.settled[member] += amount
            self.granted[member] += max(amount, 0)
        elif what == "run":
            await self.run(number, amount)
        elif what == "late claim":
            await self.run(11, 9, late=member)
        elif what == "new iban":
            await self.fund.change_iban(member, iban(next(self.ibans)), version=next(self.versions))
        else:
            await self.answer(member, *(("RJCT", "AC04") if what == "return" else ("ACSC", None)))

    async def check(self) -> None:
        assert await self.fund.is_balanced()
        payouts = await self.fund.payouts()
        for member in self.members:
            kept = sum(p["amount_cents"] for p in payouts if p["payee_id"] == member and p["state"] != "returned")
            assert kept + await self.fund.owed(member) == self.settled[member]
            assert kept <= self.granted[member]
        await self._check_lines()

    async def _check_lines(self) -> None:
        sql = """select month, outcome, reason, amount_cents from payouts.payout_line
                 join payouts.payout_run using (run_id) where payout_line.fund = :fund"""
        for line in await self.fund.rows(sql, fund=self.fund.name):
            payable = line["amount_cents"] > (0 if line["month"].month == 12 else 5000)
            assert (line["outcome"] == "carry") == (not payable), line


async def _play(service_settings: PayoutSettings, steps: list[Any]) -> None:
    services = build(service_settings, clock=FixedClock(datetime(2026, 12, 30, 9, tzinfo=UTC)))
    try:
        play = Play(FundDriver(services, f"fund-{next(_funds)}"))
        await play.start()
        for step in steps:
            await play.step(step)
            await play.check()
    finally:
        await services.uow.close()


def test_money_is_conserved_in_any_order(settings: PayoutSettings) -> None:
    @settings_of_hypothesis
    @given(steps=STEPS)
    def play(steps: list[Any]) -> None:
        asyncio.run(_play(settings, steps))

    play()


settings_of_hypothesis = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
