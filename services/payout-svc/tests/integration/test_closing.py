"""The monthly closing: all equal, or every difference with its id."""

from datetime import UTC, datetime

import pytest
from payout_factories import NOVEMBER, FundDriver
from payout_statements import Booking, account_statement, paid, returned

from kit.clock import FixedClock
from kit.ids import new_id
from payout_svc.domain.closing import Closing
from payout_svc.domain.errors import MonthNotStarted
from payout_svc.entrypoints.cli import closing as print_closing
from payout_svc.use_cases.close_month import close_month


async def _close(fund: FundDriver) -> Closing:
    async with fund.services.uow.begin(fund.context()) as tx:
        return await close_month(tx, month=NOVEMBER, files=fund.services.files)


async def _differing(fund: FundDriver) -> dict[str, list[str]]:
    closing = await _close(fund)
    return {check.name: [one.id for one in check.differences] for check in closing.checks if not check.equal}


async def _paid_month(fund: FundDriver) -> list[str]:
    for number, cents in enumerate((8000, 9000), 1):
        await fund.settle(await fund.enrol(number=number), cents)
    await fund.settle(await fund.enrol(number=3), 100)
    await fund.settle(new_id(), 0)
    await fund.pay()
    return [f"MP{row['payout_id'].hex}" for row in sorted(await fund.payouts(), key=lambda row: row["amount_cents"])]


async def _break(fund: FundDriver, *statements: str) -> None:
    """Do to the tables what only somebody with the database in hand could do."""
    tables = (
        "settlement",
        "decided_claim",
        "decided_booking",
        "payable",
        "posting",
        "ledger_transaction",
        "payout_file",
    )
    async with fund.services.uow.begin(fund.context()) as tx:
        for table in tables:
            await tx.conn.exec_driver_sql(f"alter table payouts.{table} disable trigger user")
        for statement in statements:
            await tx.conn.exec_driver_sql(statement)
        for table in tables:
            await tx.conn.exec_driver_sql(f"alter table payouts.{table} enable trigger user")


async def test_answered_month_is_all_equal(fund: FundDriver, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = await _paid_month(fund)
    await fund.statement(account_statement(paid(first, "80.00"), paid(second, "90.00"), Booking(amount="77.00")))
    await fund.statement(account_statement(returned(second, "90.00"), message="BANK-2"))
    closing = await _close(fund)
    assert closing.all_equal
    figures = {check.name: (check.expected_count, check.actual_cents) for check in closing.checks}
    assert figures == {
        "limits_reconciled": (0, 0),
        "limits_and_decisions": (0, 0),
        "rules_and_decisions": (0, 0),
        "decided_and_settled": (4, 17100),
        "bookings_decided_and_closed": (0, 0),
        "settled_and_payables": (3, 17100),
        "instalments_due_and_decided": (0, 0),
        "payables_and_ledger": (3, 17100),
        "ledger_balances_and_open_payables": (2, 9100),
        "runs_planned_and_sent": (1, 17000),
        "payouts_and_ledger": (2, 17000),
        "ledger_and_bank_files": (1, 17000),
        "bank_files_and_answers": (2, 17000),
        "statement_lines_without_transfer": (0, 0),
        "files_recorded_and_stored": (1, 17000),
    }
    assert await print_closing(fund.services, "fnm", NOVEMBER)
    assert "all equal" in capsys.readouterr().out


async def test_what_the_bank_has_not_answered(fund: FundDriver, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = await _paid_month(fund)
    await fund.statement(account_statement(paid(first, "80.00"), paid(second, "91.00")))
    found = await _differing(fund)
    assert [one.replace("-", "") for one in found.pop("bank_files_and_answers")] == [second[2:]]
    assert [one.partition("/")[2] for one in found.pop("statement_lines_without_transfer")] == ["2"]
    assert found == {}
    assert not await print_closing(fund.services, "fnm", NOVEMBER)
    assert "NOT EQUAL" in capsys.readouterr().out


async def test_run_that_was_not_sent(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    run = await fund.prepare()
    assert await _differing(fund) == {"runs_planned_and_sent": [str(run.run_id)]}


FAULTS = {
    "settled_and_payables": "update payouts.settlement set amount_cents = amount_cents + 1 where amount_cents = 8000",
    "payables_and_ledger": "delete from payouts.posting where account = 'payable:member' and amount_cents = -8000",
    "ledger_balances_and_open_payables": "update payouts.open_payable set amount_cents = 99",
    "payouts_and_ledger": "update payouts.payout set amount_cents = amount_cents + 1 where amount_cents = 8000",
    "ledger_and_bank_files": "update payouts.payout_file set amount_cents = amount_cents + 1",
    "files_recorded_and_stored": "update payouts.payout_file set sha256 = 'other'",
}


async def test_settlement_that_was_not_decided_so(fund: FundDriver) -> None:
    member = await fund.enrol()
    event = fund.settled(member, 90)
    claim_id = event.data["claim_id"]
    await fund.deliver(event)
    assert await _differing(fund) == {"decided_and_settled": [claim_id]}
    await fund.deliver(fund.adjudicated(claim_id, 90))
    assert await _differing(fund) == {}
    # Decided anew: a difference until the correction has come.
    await fund.deliver(fund.adjudicated(claim_id, 60, revision=2))
    assert await _differing(fund) == {"decided_and_settled": [claim_id]}
    await fund.correct(member, -30, claim_id=claim_id)
    assert await _differing(fund) == {}
    # A person grants another amount, which the rules have counted.
    counted = {"claim_id": claim_id, "revision": 2, "payable_cents": 75}
    await fund.deliver(fund.event("rules.review_counted", claim_id, counted))
    assert await _differing(fund) == {"decided_and_settled": [claim_id]}


@pytest.mark.parametrize("name", FAULTS)
async def test_each_check_finds_its_fault(fund: FundDriver, name: str) -> None:
    first, second = await _paid_month(fund)
    await fund.statement(account_statement(paid(first, "80.00"), paid(second, "90.00")))
    assert await _differing(fund) == {}
    await _break(fund, FAULTS[name])
    found = await _differing(fund)
    assert len(found[name]) == 1


async def test_file_that_is_gone(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    run = await fund.pay()
    assert run.file is not None
    await fund.services.documents.delete(run.file.key)
    assert (await _differing(fund))["files_recorded_and_stored"] == [f"{run.run_id}/1"]


async def test_other_month_and_other_fund_are_apart(fund: FundDriver, clock: FixedClock) -> None:
    await _paid_month(fund)
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    async with fund.services.uow.begin(fund.context()) as tx:
        december = await close_month(tx, month=NOVEMBER.shifted(1), files=fund.services.files)
        assert december.all_equal
        with pytest.raises(MonthNotStarted):
            await close_month(tx, month=NOVEMBER.shifted(2), files=fund.services.files)
    other = FundDriver(fund.services, "other")
    assert await _differing(other) == {"limits_reconciled": ["2026-11-01"]}
    await other.reconcile_limits()
    assert await _differing(other) == {}


DECIDED = (("booking", "2026-11-27", 1, 4500), ("claim", "2026-11-27", 1, 8000))


async def _decided_month(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 8000)
    await fund.close_booking(new_id(), 4500)


async def test_ended_month_needs_the_limits_reconciled_to_its_last_day(fund: FundDriver, clock: FixedClock) -> None:
    await _decided_month(fund)
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    await fund.reconcile_limits(*DECIDED, through_on="2026-11-28")
    assert await _differing(fund) == {"limits_reconciled": ["2026-11-01"]}
    clock.set(datetime(2026, 12, 1, 10, tzinfo=UTC))
    await fund.reconcile_limits(*DECIDED)
    closing = await _close(fund)
    assert closing.all_equal
    assert {c.name: (c.expected_count, c.expected_cents) for c in closing.checks}["rules_and_decisions"] == (2, 12500)


@pytest.mark.parametrize(
    ("fault", "ids"),
    [
        ("delete from payouts.decided_claim", ["claim 2026-11-27, 1"]),
        ("update payouts.decided_claim set payable_cents = 7999", ["claim 2026-11-27, 1"]),
        (
            (
                "insert into payouts.decided_booking select fund, 'review', gen_random_uuid(), 1, 1, decided_on, "
                "received_at from payouts.decided_booking"
            ),
            ["booking_review 2026-11-27, 1"],
        ),
    ],
    ids=["lost", "changed", "unknown"],
)
async def test_what_the_rules_decided_and_what_came_here(
    fund: FundDriver, clock: FixedClock, fault: str, ids: list[str]
) -> None:
    await _decided_month(fund)
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    await fund.reconcile_limits(*DECIDED)
    await _break(fund, fault)
    assert (await _differing(fund))["rules_and_decisions"] == ids


async def test_days_after_the_reconciliation_are_not_compared(fund: FundDriver) -> None:
    await _decided_month(fund)
    await fund.reconcile_limits(through_on="2026-11-27")
    assert await _differing(fund) == {}
    await fund.reconcile_limits(
        ("claim", "2026-11-20", 1, 100), through_on="2026-11-27", reconciled_at="2026-11-27T12:00Z"
    )
    assert await _differing(fund) == {"rules_and_decisions": ["claim 2026-11-20, 1"]}


async def test_differences_of_the_limits_ledger_are_listed(fund: FundDriver) -> None:
    one = {"check": "balance_consumed", "id": "p/glasses/2026", "expected": 100, "actual": 99}
    other = {"check": "end_of_posting", "id": "d/glasses/2026/release", "expected": None, "actual": 5}
    await fund.reconcile_limits(through_on="2026-11-27", differing=2, differences=[one, other])
    assert await _differing(fund) == {
        "limits_and_decisions": ["balance_consumed p/glasses/2026", "end_of_posting d/glasses/2026/release"]
    }


async def test_booking_closed_with_another_share_than_decided(fund: FundDriver) -> None:
    booking_id = await fund.close_booking(new_id(), 4500)
    assert await _differing(fund) == {}
    await fund.deliver(fund.granted_booking(booking_id, 4000, revision=2))
    assert await _differing(fund) == {"bookings_decided_and_closed": [str(booking_id)]}


async def test_booking_that_another_system_decided_has_no_decision_here(fund: FundDriver) -> None:
    await fund.close_booking(new_id(), 4500, imported=True)
    assert await _differing(fund) == {}
