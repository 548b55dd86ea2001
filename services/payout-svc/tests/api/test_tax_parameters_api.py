"""Withholding: only by parameter, only where the benefit is gross of it."""

from datetime import date

from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from payout_factories import NOVEMBER, FundDriver

from kit.testing.tokens import TokenFactory
from payout_svc.domain.withholding import TaxParameter, Withheld, withheld, withheld_of_difference


async def test_withheld_from_the_day_of_the_parameter_on(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver
) -> None:
    admin, officer = tokens.headers(roles=["fund_admin"]), tokens.headers(roles=["payments_officer"])
    member = await fund.enrol()
    await fund.deliver(fund.settled(member, 10000, gross_of_withholding=True, article="7.12"))
    path = "/v1/tax-parameters/2026-11-20"
    assert (await client.put(path, json={"withholding_bps": 2000}, headers=officer)).status_code == 403
    assert (await client.put(path, json={"withholding_bps": 10000}, headers=admin)).status_code == 422
    assert (await client.put(path, json={"withholding_bps": 2000}, headers=admin)).status_code == 200
    listed = (await client.get("/v1/tax-parameters", headers=officer)).json()["items"]
    assert listed == [{"valid_from": "2026-11-20", "withholding_bps": 2000}]
    await fund.deliver(
        fund.settled(member, 10001, gross_of_withholding=True, article="7.12"),
        fund.settled(member, 10000, gross_of_withholding=True, article="7.12", settled_on="2026-11-19"),
        fund.settled(member, 10000),
    )
    items = (await client.get("/v1/payables", headers=officer)).json()["items"]
    assert [(one["amount_cents"], one["withheld_cents"], one["gross_of_withholding"]) for one in items] == [
        (10000, 0, True),
        (8001, 2000, True),
        (10000, 0, True),
        (10000, 0, False),
    ]
    assert (await fund.pay()).totals.paid_cents == 38001
    assert await fund.balances() == {
        "expense:3": 10000,
        "expense:7": 30001,
        "payable:member": 0,
        "tax:withholding": -2000,
        "bank:clearing": -38001,
    }
    assert await fund.is_balanced()


async def _with_rate(fund: FundDriver, bps: int) -> None:
    async with fund.services.uow.begin(fund.context()) as tx:
        parameter = TaxParameter(date(2026, 11, 1), bps)
        await tx.tax_rates.change(parameter, changed_by="ada", at=tx.now)


async def test_correction_gives_back_what_was_withheld(fund: FundDriver) -> None:
    await _with_rate(fund, 2000)
    member = await fund.enrol()
    event = fund.settled(member, 10001, gross_of_withholding=True, article="7.12")
    claim_id = event.data["claim_id"]
    await fund.deliver(fund.adjudicated(claim_id, 10001), event)
    await fund.pay()
    taxed = {"claim_id": claim_id, "article": "7.12"}
    told = await fund.correct(member, -4999, gross_of_withholding=True, **taxed)
    await fund.deliver(told)
    assert await fund.balances() == {
        "expense:7": 5002,
        "payable:member": 3999,
        "tax:withholding": -1000,
        "bank:clearing": -8001,
    }
    await fund.correct(member, 3, gross_of_withholding=True, **taxed)
    # Nothing is paid any more: the decision does not say what it would be gross of.
    await fund.correct(member, -5005, payable_cents=0, **taxed)
    balances = await fund.balances()
    assert (balances["expense:7"], balances["tax:withholding"], balances["payable:member"]) == (0, 0, 8001)
    assert await fund.is_balanced()
    async with fund.services.uow.begin(fund.context()) as tx:
        checks = {check.name: check for check in await tx.closing.checks(NOVEMBER, ended=False, shown=10)}
    assert checks["settled_and_payables"].equal
    assert checks["payables_and_ledger"].equal


async def test_difference_that_is_all_tax_is_no_transfer(fund: FundDriver) -> None:
    await _with_rate(fund, 5000)
    member = await fund.enrol()
    event = fund.settled(member, 10002, gross_of_withholding=True, article="7.12")
    claim_id = event.data["claim_id"]
    await fund.deliver(fund.adjudicated(claim_id, 10002), event)
    await fund.correct(member, 1, claim_id=claim_id, gross_of_withholding=True, article="7.12")
    assert await fund.balances() == {"expense:7": 10003, "payable:member": -5001, "tax:withholding": -5002}
    assert (await fund.pay()).totals.paid_cents == 5001
    assert await fund.is_balanced()
    async with fund.services.uow.begin(fund.context()) as tx:
        checks = {check.name: check for check in await tx.closing.checks(NOVEMBER, ended=False, shown=10)}
    assert checks["settled_and_payables"].equal
    assert checks["payables_and_ledger"].equal


@given(st.lists(st.integers(0, 50_000), min_size=1, max_size=8), st.integers(0, 9999))
def test_corrected_in_any_way_is_as_if_paid_right_at_once(grosses: list[int], bps: int) -> None:
    parameter = TaxParameter(date(2026, 11, 1), bps)
    so_far = Withheld(0, 0, None)
    for gross in grosses:
        kept = withheld_of_difference(so_far, gross - so_far.gross_cents, parameter, gross_of_withholding=True)
        so_far = Withheld(gross, so_far.withheld_cents + kept, date(2026, 11, 20))
    assert so_far.withheld_cents == withheld(grosses[-1], parameter)
    assert 0 <= so_far.withheld_cents <= grosses[-1]


def test_rounding_and_the_last_cent() -> None:
    parameter = TaxParameter(valid_from=None, withholding_bps=2500)  # type: ignore[arg-type]
    assert [withheld(cents, parameter) for cents in (10, 14, 2, 1)] == [3, 4, 1, 0]
    assert withheld(1000, None) == withheld(0, parameter) == 0
