"""Events of the other services: their effect, once, whatever comes twice or late."""

from dataclasses import replace
from datetime import UTC, datetime

from payout_factories import FundDriver, iban

from kit.ids import new_id


async def test_settled_claim_opens_payable_and_posts_it(fund: FundDriver) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    (payable,) = await fund.rows("select * from payouts.payable")
    assert (payable["amount_cents"], payable["payee_id"], payable["reference"]) == (9000, member, "2026-000001")
    assert await fund.balances() == {"expense:3": 9000, "payable:member": -9000}
    assert await fund.is_balanced()


async def test_closed_booking_opens_payable_to_facility(fund: FundDriver) -> None:
    facility = new_id()
    await fund.close_booking(facility, 4200)
    assert await fund.balances() == {"expense:direct": 4200, "payable:facility": -4200}
    assert await fund.owed(facility) == 4200


async def test_redelivered_event_changes_nothing(fund: FundDriver) -> None:
    event = fund.settled(await fund.enrol(), 9000)
    await fund.deliver(event, event)
    await fund.deliver(event)
    assert await fund.balances() == {"expense:3": 9000, "payable:member": -9000}


async def test_same_claim_under_another_event_id_changes_nothing(fund: FundDriver) -> None:
    event = fund.settled(await fund.enrol(), 9000)
    await fund.deliver(event)
    await fund.deliver(replace(event, id=new_id()))
    assert len(await fund.rows("select * from payouts.payable")) == 1
    assert await fund.balances() == {"expense:3": 9000, "payable:member": -9000}


async def test_nothing_due_opens_nothing(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 0)
    await fund.close_booking(new_id(), 0)
    assert await fund.rows("select * from payouts.payable") == []


async def test_newest_bank_account_wins_in_any_order(fund: FundDriver) -> None:
    member = await fund.enrol(number=1)
    await fund.change_iban(member, iban(3), version=3)
    await fund.change_iban(member, iban(2), version=2)
    (payee,) = await fund.rows("select * from payouts.payee")
    assert (payee["iban"], payee["iban_version"]) == (iban(3), 3)


async def test_older_name_does_not_replace_newer(fund: FundDriver) -> None:
    member = await fund.enrol()
    data = {"member_id": str(member), "first_name": "A", "last_name": "B", "left_on": "2026-10-01", "persons": []}
    await fund.deliver(fund.event("claims.member_changed", member, data | {"version": 3}))
    await fund.deliver(fund.event("claims.member_changed", member, data | {"version": 2, "first_name": "Old"}))
    (payee,) = await fund.rows("select * from payouts.payee")
    assert (payee["name"], payee["left_on"].isoformat(), payee["iban"]) == ("A B", "2026-10-01", iban(1))


async def test_unreadable_event_is_parked_and_others_go_on(fund: FundDriver) -> None:
    member = await fund.enrol()
    bad = fund.settled(member, 9000, payable_cents="much")
    await fund.deliver(bad, fund.settled(member, 100))
    assert await fund.owed(member) == 100
    assert len(await fund.rows("select * from payouts.parked_event")) == 1


async def test_a_batch_opens_each_claim_once_and_posts_each(fund: FundDriver) -> None:
    first, second = await fund.enrol(number=1), await fund.enrol(number=2)
    settled = fund.settled(first, 9000)
    await fund.deliver(settled, fund.settled(second, 250), replace(settled, id=new_id()))
    assert (await fund.owed(first), await fund.owed(second)) == (9000, 250)
    assert await fund.balances() == {"expense:3": 9250, "payable:member": -9250}
    assert len(await fund.rows("select * from payouts.posting")) == 4
    assert await fund.is_balanced()


async def test_a_withdrawn_plan_takes_its_terms_and_no_others(fund: FundDriver) -> None:
    await fund.publish_terms()
    terms = {"effective_to": None, "payment": {"threshold_cents": 1, "strictly_greater": True, "except_months": []}}
    wrong = {"plan_id": "fnm", "effective_from": "2026-06-01"}
    await fund.deliver(fund.event("rules.plan_published", "fnm", wrong | terms, at=datetime(2026, 2, 1, tzinfo=UTC)))
    withdrawn = fund.event("rules.plan_withdrawn", "fnm", wrong, at=datetime(2026, 3, 1, tzinfo=UTC))
    await fund.deliver(withdrawn)
    left = await fund.rows("select effective_from, threshold_cents from payouts.payment_terms")
    assert [(str(row["effective_from"]), row["threshold_cents"]) for row in left] == [("2020-01-01", 5000)]
    # Another version of the same day came after it: a late repetition of the withdrawal leaves it.
    await fund.deliver(fund.event("rules.plan_published", "fnm", wrong | terms, at=datetime(2026, 4, 1, tzinfo=UTC)))
    await fund.deliver(replace(withdrawn, id=new_id()))
    assert len(await fund.rows("select 1 from payouts.payment_terms")) == 2
