"""The closing as the payments officer reads it."""

from httpx import AsyncClient
from payout_factories import FundDriver

from kit.testing.tokens import TokenFactory


async def test_closing_of_a_month(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    await fund.pay()
    officer = tokens.headers(roles=["payments_officer"])
    answer = await client.get("/v1/closings/2026-11", headers=officer)
    view = answer.json()
    assert (view["month"], view["all_equal"]) == ("2026-11", False)
    (check,) = [check for check in view["checks"] if not check["equal"]]
    payout = (await fund.payouts())[0]["payout_id"]
    assert check["name"] == "bank_files_and_answers"
    assert check["differences"] == [{"id": str(payout), "expected_cents": 9000, "actual_cents": None}]
    assert (await client.get("/v1/closings/2026-13", headers=officer)).status_code == 422
    assert (await client.get("/v1/closings/2027-01", headers=officer)).json()["code"] == "month_not_started"
    operator = tokens.headers(roles=["operator"])
    assert (await client.get("/v1/closings/2026-11", headers=operator)).status_code == 403
