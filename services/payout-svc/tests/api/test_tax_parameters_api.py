"""Withholding: only by parameter, only where the benefit is gross of it."""

from httpx import AsyncClient
from payout_factories import FundDriver

from kit.testing.tokens import TokenFactory
from payout_svc.domain.withholding import TaxParameter, withheld


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
    await fund.correct(member, 2000, gross_of_withholding=True, article="7.12")
    await fund.correct(member, -1000, gross_of_withholding=True, article="7.12")
    corrections = (await client.get("/v1/payables", headers=officer)).json()["items"][-2:]
    assert [(one["amount_cents"], one["withheld_cents"]) for one in corrections] == [(1600, 400), (-1000, 0)]
    assert (await fund.pay()).totals.paid_cents == 38601
    assert await fund.balances() == {
        "expense:3": 10000,
        "expense:7": 31001,
        "payable:member": 0,
        "tax:withholding": -2400,
        "bank:clearing": -38601,
    }
    assert await fund.is_balanced()


def test_rounding_and_the_last_cent() -> None:
    parameter = TaxParameter(valid_from=None, withholding_bps=2500)  # type: ignore[arg-type]
    assert [withheld(cents, parameter) for cents in (10, 14, 2, 1)] == [3, 4, 1, 0]
    assert withheld(1000, None) == 0
