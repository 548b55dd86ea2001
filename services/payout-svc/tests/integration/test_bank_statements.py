"""What the bank books: confirmed, returned, told twice, matching nothing."""

from datetime import date

import pytest
from payout_factories import FundDriver
from payout_statements import Booking, account_statement, paid, returned

from kit.errors import InvalidInput
from kit.ids import new_id
from payout_svc.domain.errors import ForeignAccount
from payout_svc.domain.payout import message_id
from payout_svc.use_cases.ports import StatementResult

BACK = {"expense:3": 9000, "payable:member": -9000, "bank:clearing": 0}


async def _sent(fund: FundDriver, *amounts: int) -> list[str]:
    for number, cents in enumerate(amounts, 1):
        await fund.settle(await fund.enrol(number=number), cents)
    await fund.pay()
    return [f"MP{row['payout_id'].hex}" for row in sorted(await fund.payouts(), key=lambda row: row["amount_cents"])]


def _counts(result: StatementResult) -> dict[str, int]:
    names = ("settled", "returned", "unchanged", "pending", "unmatched")
    return {name: getattr(result, name) for name in names if getattr(result, name)}


@pytest.mark.parametrize("version", ["02", "08", "13"])
async def test_booked_debits_settle(fund: FundDriver, version: str) -> None:
    first, second = await _sent(fund, 8000, 9000)
    content = account_statement(
        paid(first, "80.00", booked_on="2026-11-26"), paid(second, "90.00", status="PDNG"), version=version
    )
    assert _counts(await fund.statement(content)) == {"settled": 1, "pending": 1}
    assert {row["amount_cents"]: row["state"] for row in await fund.payouts()} == {8000: "settled", 9000: "sent"}
    assert (await fund.balances())["bank:account"] == -8000
    booked = await fund.rows("select booked_on from payouts.ledger_transaction where kind = 'payout_settled'")
    assert booked == [{"booked_on": date(2026, 11, 26)}]
    assert await fund.is_balanced()


async def test_return_after_settlement_opens_the_balance_again(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    await fund.statement(account_statement(paid(reference, "90.00")))
    later = account_statement(returned(reference, "90.00", "MD07"), message="BANK-2")
    assert _counts(await fund.statement(later)) == {"returned": 1}
    assert await fund.balances() == BACK | {"bank:account": 0}
    (event,) = await fund.events("payout_returned")
    assert (event["reason_code"], event["reason_en"]) == ("MD07", "The account holder is deceased")
    assert (await fund.prepare()).totals.held_cents == 9000
    assert await fund.is_balanced()


@pytest.mark.parametrize("return_first", [False, True])
async def test_debit_and_return_in_one_statement(fund: FundDriver, *, return_first: bool) -> None:
    (reference,) = await _sent(fund, 9000)
    bookings = [paid(reference, "90.00"), returned(reference, "90.00")]
    result = await fund.statement(account_statement(*(reversed(bookings) if return_first else bookings)))
    assert (result.returned, result.settled + result.unchanged) == (1, 1)
    balances = await fund.balances()
    assert {account: cents for account, cents in balances.items() if cents} == {
        "expense:3": 9000,
        "payable:member": -9000,
    }
    assert await fund.is_balanced()


@pytest.mark.parametrize("order", ["notice first", "statement first", "rejection first", "rejection last"])
async def test_one_return_told_twice(fund: FundDriver, order: str) -> None:
    (reference,) = await _sent(fund, 9000)
    notice = account_statement(returned(reference, "90.00"), kind="camt.054", version="02", message="N")
    statement = account_statement(returned(reference, "90.00", "AC01"), message="S")
    if order.startswith("rejection"):
        reject = fund.report((reference, "RJCT", "AC04"))
        if order == "rejection first":
            await reject
            assert _counts(await fund.statement(statement)) == {"unchanged": 1}
        else:
            assert _counts(await fund.statement(statement)) == {"returned": 1}
            assert (await reject).unchanged == 1
    else:
        first, second = (notice, statement) if order == "notice first" else (statement, notice)
        assert _counts(await fund.statement(first)) == {"returned": 1}
        assert _counts(await fund.statement(second)) == {"unchanged": 1}
    assert await fund.balances() == BACK
    assert len(await fund.events("payout_returned")) == 1


async def test_same_content_twice_changes_nothing(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    content = account_statement(paid(reference, "90.00"), paid(reference, "90.00"))
    first, again = await fund.statement(content), await fund.statement(content)
    assert (_counts(first), first.replayed, again.replayed) == ({"settled": 1, "unchanged": 1}, False, True)
    assert first.statement_id == again.statement_id
    assert (await fund.balances())["bank:account"] == -9000
    assert len(await fund.rows("select * from payouts.bank_statement_line")) == 2


async def test_what_fits_nothing_is_kept_with_its_problem(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    result = await fund.statement(
        account_statement(
            Booking(amount="12.50", direction="DBIT"),
            paid("NOTPROVIDED", "1.00"),
            paid(f"MP{new_id().hex}", "5.00"),
            paid(reference, "90.01"),
            Booking([(reference, "90.00", None)], direction="CRDT", amount="90.00"),
            Booking(amount="9.00", file="SOMEBODY"),
        )
    )
    assert _counts(result) == {"unmatched": 6}
    rows = await fund.rows("select problem from payouts.bank_statement_line order by line")
    assert [row["problem"] for row in rows] == [
        "no_reference",
        "no_reference",
        "unknown_reference",
        "amount_differs",
        "no_payment_no_return",
        "unknown_reference",
    ]
    assert (await fund.payouts())[0]["state"] == "sent"


@pytest.mark.parametrize("amount", ["170.00", "90.00", "171.00"])
async def test_file_booked_in_one_amount(fund: FundDriver, amount: str) -> None:
    first, _ = await _sent(fund, 8000, 9000)
    run = (await fund.rows("select run_id from payouts.payout_run"))[0]["run_id"]
    if amount == "90.00":
        await fund.report((first, "RJCT", "AC04"))
    result = await fund.statement(account_statement(Booking(amount=amount, file=message_id(run))))
    states = [row["state"] for row in sorted(await fund.payouts(), key=lambda row: row["amount_cents"])]
    if amount == "171.00":
        assert (_counts(result), states) == ({"unmatched": 1}, ["sent", "sent"])
    else:
        assert _counts(result) == {"settled": 1}
        assert states == ["returned" if amount == "90.00" else "settled", "settled"]
    assert await fund.is_balanced()


async def test_reversal_without_a_reason_is_a_return(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    booking = Booking([(reference, "90.00", None)], direction="CRDT", amount="90.00", reversal=True)
    assert _counts(await fund.statement(account_statement(booking))) == {"returned": 1}
    assert (await fund.payouts())[0]["reason_code"] == "MS03"


async def test_other_account_is_refused(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    content = account_statement(paid(reference, "90.00"), account="DE89370400440532013000")
    with pytest.raises(ForeignAccount) as refusal:
        await fund.statement(content)
    assert isinstance(refusal.value, InvalidInput)
    assert await fund.rows("select * from payouts.bank_statement") == []
