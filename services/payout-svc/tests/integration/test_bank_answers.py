"""The bank's answers: accepted, settled, returned, unknown, repeated."""

import pytest
from payout_factories import NOVEMBER, FundDriver, iban, status_report

from kit.ids import new_id
from payout_svc.adapters.status_report import read_status_report
from payout_svc.domain.errors import UnknownBankStatus
from payout_svc.domain.payout import message_id
from payout_svc.use_cases.record_bank_report import record_bank_report


async def _sent(fund: FundDriver, *amounts: int) -> list[str]:
    for number, cents in enumerate(amounts, 1):
        await fund.settle(await fund.enrol(number=number), cents)
    await fund.pay()
    rows = await fund.rows("select payout_id from payouts.payout order by amount_cents")
    return [f"MP{row['payout_id'].hex}" for row in rows]


async def test_returned_transfer_is_open_again_and_held(fund: FundDriver) -> None:
    kept, returned = await _sent(fund, 8000, 9000)
    result = await fund.report((kept, "ACCP", None), (returned, "RJCT", "AC04"))
    assert (result.accepted, result.rejected, result.unmatched) == (1, 1, [])
    balances = await fund.balances()
    assert (balances["payable:member"], balances["bank:clearing"]) == (-9000, -8000)
    assert await fund.is_balanced()
    (event,) = await fund.events("payout_returned")
    assert (event["amount_cents"], event["reason_code"], event["iban_last4"]) == (9000, "AC04", iban(2)[-4:])
    assert (event["reason_it"], event["reason_en"]) == ("Il conto corrente è chiuso", "The account is closed")
    assert len(event["claim_ids"]) == 1
    second = await fund.prepare()
    assert (second.sequence, second.totals.held_cents, second.totals.paid_cents) == (2, 9000, 0)


async def test_new_iban_lifts_the_hold_and_is_paid_in_a_second_run(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    await fund.report((reference, "RJCT", "AC01"))
    member = (await fund.payouts())[0]["payee_id"]
    await fund.change_iban(member, iban(50), version=2)
    second = await fund.pay(NOVEMBER)
    assert (second.sequence, second.totals.paid_cents) == (2, 9000)
    states = {payout["iban"]: payout["state"] for payout in await fund.payouts()}
    assert states == {iban(1): "returned", iban(50): "sent"}
    assert await fund.owed(member) == 0
    assert await fund.is_balanced()


async def test_iban_changed_meanwhile_is_not_held(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    await fund.change_iban((await fund.payouts())[0]["payee_id"], iban(50), version=2)
    await fund.report((reference, "RJCT", "AC01"))
    assert (await fund.prepare()).totals.paid_cents == 9000


async def test_reason_on_the_funds_side_does_not_hold_the_iban(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    await fund.report((reference, "RJCT", "AM04"))
    assert (await fund.prepare()).totals.paid_cents == 9000


async def test_rejected_facility_is_held_until_another_iban_comes(fund: FundDriver) -> None:
    facility = new_id()
    await fund.close_booking(facility, 4200)
    run = await fund.pay()
    assert run.totals.paid_payees == 1
    reference = f"MP{(await fund.payouts())[0]['payout_id'].hex}"
    await fund.report((reference, "RJCT", "AC04"))
    assert (await fund.events("payout_returned"))[0]["payee"] == "facility"
    assert (await fund.prepare()).totals.held_payees == 1
    await fund.rows("update payouts.payee set iban_version = iban_version - 1 returning 1")
    await fund.close_booking(facility, 100)
    assert (await fund.prepare()).totals.held_cents == 4300
    await fund.rows("update payouts.payee set iban_version = iban_version - 1 returning 1")
    await fund.close_booking(facility, 100, facility_iban=iban(70))
    assert (await fund.prepare()).totals.paid_cents == 4400


async def test_settled_transfer_leaves_the_bank_account_and_may_still_return(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    assert (await fund.report((reference, "ACSC", None))).accepted == 1
    assert await fund.balances() == {
        "expense:3": 9000,
        "payable:member": 0,
        "bank:clearing": 0,
        "bank:account": -9000,
    }
    assert (await fund.report((reference, "ACCP", None))).unchanged == 1
    assert (await fund.report((reference, "RJCT", "MD07"))).rejected == 1
    assert (await fund.balances())["bank:account"] == 0
    assert (await fund.balances())["payable:member"] == -9000
    assert await fund.is_balanced()


async def test_same_content_twice_changes_nothing(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    report = read_status_report(status_report([(reference, "RJCT", "AC04")]))
    results = []
    for _ in range(2):
        async with fund.services.uow.begin(fund.context()) as tx:
            results.append(await record_bank_report(tx, report=report, sha256="abc", received_by="paolo"))
    assert [result.replayed for result in results] == [False, True]
    assert results[0].report_id == results[1].report_id
    assert len(await fund.events("payout_returned")) == 1
    assert (await fund.balances())["payable:member"] == -9000


async def test_second_rejection_of_a_returned_payout_changes_nothing(fund: FundDriver) -> None:
    (reference,) = await _sent(fund, 9000)
    await fund.report((reference, "RJCT", "AC04"))
    again = await fund.report((reference, "RJCT", "AC01"))
    assert (again.rejected, again.unchanged) == (0, 1)
    assert (await fund.payouts())[0]["reason_code"] == "AC04"


async def test_foreign_references_are_reported(fund: FundDriver) -> None:
    await _sent(fund, 9000)
    result = await fund.report((f"MP{new_id().hex}", "ACCP", None), ("NOTPROVIDED", "RJCT", "AC01"))
    assert (result.accepted, result.rejected) == (0, 0)
    assert [(one.status, one.reason) for one in result.unmatched] == [("ACCP", None), ("RJCT", "AC01")]


async def test_status_of_the_file_holds_for_transfers_not_listed(fund: FundDriver) -> None:
    first, *_ = await _sent(fund, 8000, 9000)
    run = (await fund.rows("select run_id from payouts.payout_run"))[0]["run_id"]
    content = status_report([(first, "ACCP", None)], group=(message_id(run), "RJCT", "FF01"))
    async with fund.services.uow.begin(fund.context()) as tx:
        result = await record_bank_report(tx, report=read_status_report(content), sha256="x", received_by="paolo")
    assert (result.accepted, result.rejected) == (1, 1)
    assert (await fund.balances())["payable:member"] == -9000


async def test_unknown_status_is_refused_and_changes_nothing(fund: FundDriver) -> None:
    first, second = await _sent(fund, 8000, 9000)
    with pytest.raises(UnknownBankStatus, match="ABCD"):
        await fund.report((first, "RJCT", "AC04"), (second, "ABCD", None))
    assert (await fund.balances())["payable:member"] == 0
