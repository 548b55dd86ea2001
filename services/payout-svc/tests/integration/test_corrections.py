"""Corrections of settled claims: the difference is paid, or nets against what comes later."""

import pytest
from payout_factories import FundDriver, iban

from kit.ids import new_id
from payout_svc.domain.payout_run import LineOutcome
from payout_svc.domain.run_month import RunMonth


async def _lines(fund: FundDriver) -> list[tuple[str, int]]:
    async with fund.services.uow.begin(fund.context()) as tx:
        run = await tx.runs.page(before=None, limit=1)
        lines = await tx.runs.lines(run[0], outcome=None, after_line=0, limit=10)
    return [(line.outcome.value, line.amount_cents) for line in lines]


async def test_more_is_paid_with_the_next_transfer(fund: FundDriver) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    await fund.pay()
    event = await fund.correct(member, 2000)
    await fund.deliver(event)
    await fund.settle(member, 4000)
    assert (await fund.pay()).totals.paid_cents == 6000
    assert await fund.balances() == {"expense:3": 15000, "bank:clearing": -15000, "payable:member": 0}


async def test_what_was_too_much_is_carried_until_it_is_netted(fund: FundDriver) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    await fund.pay()
    await fund.correct(member, -8000)
    run = await fund.prepare()
    assert await _lines(fund) == [(LineOutcome.CARRY.value, -8000)]
    assert (run.totals.paid_payees, run.totals.carried_payees, run.totals.carried_cents) == (0, 1, -8000)
    await fund.settle(member, 8000)
    assert (await fund.prepare()).totals.payees == 0
    await fund.settle(member, 5001)
    run = await fund.pay()
    assert run.totals.paid_cents == 5001
    assert {payout["amount_cents"] for payout in await fund.payouts()} == {9000, 5001}
    assert await fund.owed(member) == 0
    assert await fund.is_balanced()


@pytest.mark.parametrize("month", [10, 11])
async def test_netted_balance_obeys_the_threshold(fund: FundDriver, month: int) -> None:
    member = await fund.enrol()
    await fund.deliver(fund.settled(member, 9000, settled_on="2026-10-20"))
    await fund.correct(member, -4000, corrected_on="2026-10-21")
    await fund.prepare(RunMonth(2026, month))
    assert await _lines(fund) == [("carry", 5000)]


async def test_corrected_facility_is_never_asked_for_money(fund: FundDriver) -> None:
    facility = new_id()
    await fund.close_booking(facility, 4200)
    await fund.pay()
    sql = """insert into payouts.payable (payable_id, fund, payee_kind, payee_id, source_kind, source_id, claim_id,
               reference, amount_cents, due_on, recorded_at)
             values (:id, 'fnm', 'facility', :facility, 'claim_correction', :id, :id, 'x', -100, '2026-11-20', now())
             returning payable_id"""
    await fund.rows(sql, id=facility, facility=facility)
    open_it = """insert into payouts.open_payable
                 select payable_id, fund, payee_kind, payee_id, amount_cents, due_on, 0
                 from payouts.payable where amount_cents < 0 returning payable_id"""
    await fund.rows(open_it)
    await fund.prepare()
    assert await _lines(fund) == [("carry", -100)]


async def test_facility_is_paid_once_what_a_review_has_granted(fund: FundDriver) -> None:
    facility = new_id()
    booking_id = await fund.close_booking(facility, 9000)
    data = {
        "booking_id": str(booking_id),
        "code": "AUT-7K3M-Q9TX",
        "facility_id": str(facility),
        "facility_name": "Poliambulatorio Città Studi",
        "facility_iban": iban(999),
        "matter_id": str(new_id()),
        "delta_cents": 500,
        "corrected_on": "2026-11-21",
    }
    told = [fund.event("bookings.booking_corrected", booking_id, data) for _ in range(2)]
    await fund.deliver(*told)
    await fund.deliver(told[0])
    less = data | {"matter_id": str(new_id()), "delta_cents": -500}
    await fund.deliver(fund.event("bookings.booking_corrected", booking_id, less))
    assert len(await fund.rows("select 1 from payouts.parked_event where fund = :fund", fund="fnm")) == 1
    assert (await fund.pay()).totals.paid_cents == 9500
    assert await fund.owed(facility) == 0
    assert await fund.balances() == {"expense:direct": 9500, "bank:clearing": -9500, "payable:facility": 0}
