"""The dry run: who would be paid, carried over, held."""

from datetime import UTC, datetime

import pytest
from payout_factories import NOVEMBER, FundDriver

from kit.clock import FixedClock
from kit.ids import new_id
from payout_svc.domain.errors import ApproverIsPreparer, MonthNotStarted, PaymentTermsUnknown, PayoutRunStateForbids
from payout_svc.domain.payout_run import PayoutRun, RunState
from payout_svc.domain.run_month import RunMonth


async def _outcomes(fund: FundDriver, run: PayoutRun) -> dict[object, tuple[str, str | None, int]]:
    async with fund.services.uow.begin(fund.context()) as tx:
        lines = await tx.runs.lines(run, outcome=None, after_line=0, limit=200)
    return {line.payee_id: (line.outcome.value, line.reason, line.amount_cents) for line in lines}


async def test_threshold_is_strictly_greater_and_spans_all_claims(fund: FundDriver) -> None:
    exact, above, many = [await fund.enrol(number=n) for n in (1, 2, 3)]
    await fund.settle(exact, 5000)
    await fund.settle(above, 5001)
    await fund.settle(many, 2500)
    await fund.settle(many, 2600)
    run = await fund.prepare()
    assert await _outcomes(fund, run) == {
        exact: ("carry", None, 5000),
        above: ("pay", None, 5001),
        many: ("pay", None, 5100),
    }
    assert (run.totals.paid_payees, run.totals.paid_cents) == (2, 10101)
    assert (run.totals.carried_payees, run.totals.carried_cents) == (1, 5000)
    assert run.execution_on.isoformat() == "2026-11-30"


async def test_december_pays_any_amount(fund: FundDriver, clock: FixedClock) -> None:
    clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
    member = await fund.enrol()
    await fund.settle(member, 1)
    assert await _outcomes(fund, await fund.prepare(RunMonth(2026, 12))) == {member: ("pay", None, 1)}


async def test_facility_does_not_wait_for_the_threshold(fund: FundDriver) -> None:
    facility = new_id()
    await fund.close_booking(facility, 100)
    assert await _outcomes(fund, await fund.prepare()) == {facility: ("pay", None, 100)}


async def test_missing_iban_is_held_only_when_it_would_be_paid(fund: FundDriver) -> None:
    due, small = [await fund.enrol(number=n, with_iban=False) for n in (1, 2)]
    await fund.settle(due, 9000)
    await fund.settle(small, 100)
    run = await fund.prepare()
    assert await _outcomes(fund, run) == {due: ("hold", "iban_missing", 9000), small: ("carry", None, 100)}
    assert (run.totals.held_payees, run.totals.held_cents) == (1, 9000)


async def test_dry_run_moves_no_money(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    before = await fund.balances()
    await fund.approve(await fund.prepare())
    assert await fund.balances() == before
    assert await fund.payouts() == []
    assert await fund.events("payout_sent") == []


async def test_payables_of_later_days_stay_out(fund: FundDriver) -> None:
    member = await fund.enrol()
    await fund.deliver(fund.settled(member, 9000, settled_on="2026-11-28"))
    assert await _outcomes(fund, await fund.prepare()) == {}


async def test_preparing_again_replaces_the_run_and_its_approval(fund: FundDriver) -> None:
    first = await fund.approve(await fund.prepare())
    second = await fund.prepare()
    assert (second.sequence, second.state) == (2, RunState.PREPARED)
    with pytest.raises(PayoutRunStateForbids):
        await fund.execute(first)
    with pytest.raises(PayoutRunStateForbids):
        await fund.execute(second)


async def test_comparison_with_the_month_before(fund: FundDriver, clock: FixedClock) -> None:
    clock.set(datetime(2026, 10, 30, 9, tzinfo=UTC))
    member = await fund.enrol()
    await fund.deliver(fund.settled(member, 7000, settled_on="2026-10-20"))
    await fund.pay(RunMonth(2026, 10))
    clock.set(datetime(2026, 11, 27, 9, tzinfo=UTC))
    await fund.settle(member, 9000)
    run = await fund.prepare()
    assert (run.totals.previous_payees, run.totals.previous_cents) == (1, 7000)


async def test_late_run_goes_out_on_the_next_payment_day(fund: FundDriver, clock: FixedClock) -> None:
    clock.set(datetime(2026, 12, 3, 9, tzinfo=UTC))
    assert (await fund.prepare(NOVEMBER)).execution_on.isoformat() == "2026-12-31"


async def test_month_that_has_not_begun_is_refused(fund: FundDriver, clock: FixedClock) -> None:
    # Half past eleven at night in UTC on the last day of October is already November in Rome.
    clock.set(datetime(2026, 10, 31, 22, 30, tzinfo=UTC))
    with pytest.raises(MonthNotStarted):
        await fund.prepare()
    clock.set(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    assert (await fund.prepare()).month == NOVEMBER


async def test_without_a_published_plan_nothing_is_planned(fund: FundDriver) -> None:
    with pytest.raises(PaymentTermsUnknown):
        await FundDriver(fund.services, "other").prepare()


async def test_whoever_prepared_cannot_approve(fund: FundDriver) -> None:
    run = await fund.prepare(by="paolo")
    with pytest.raises(ApproverIsPreparer):
        await fund.approve(run, by="paolo")
    approved = await fund.approve(run, by="anna")
    assert await fund.approve(run, by="anna") == approved
    with pytest.raises(PayoutRunStateForbids):
        await fund.approve(run, by="berta")
