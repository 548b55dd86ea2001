"""`verify` adds the ledger up again."""

import pytest
from payout_factories import FundDriver
from sqlalchemy import text

from payout_svc.entrypoints.cli import verify


async def test_says_that_the_ledger_is_balanced(fund: FundDriver, capsys: pytest.CaptureFixture[str]) -> None:
    await fund.settle(await fund.enrol(), 9000)
    await fund.pay()
    assert await verify(fund.services, "fnm")
    assert "2 transactions, sum 0 cents" in capsys.readouterr().out


async def test_names_the_payee_whose_payables_differ(fund: FundDriver, capsys: pytest.CaptureFixture[str]) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    async with fund.services.uow.begin(fund.context()) as tx:
        await tx.conn.execute(text("update payouts.open_payable set amount_cents = 8999"))
    assert not await verify(fund.services, "fnm")
    printed = capsys.readouterr().out
    assert str(member) in printed
    assert "NOT BALANCED" in printed
