"""Bank statements as the payments officer sends them in."""

from httpx import AsyncClient
from payout_factories import FundDriver
from payout_statements import Booking, account_statement, paid

from kit.testing.tokens import TokenFactory

XML = {"Content-Type": "application/xml"}


async def test_statement_and_its_lines(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    await fund.pay()
    reference = f"MP{(await fund.payouts())[0]['payout_id'].hex}"
    officer = tokens.headers(roles=["payments_officer"])
    content = account_statement(paid(reference, "90.00"), Booking(amount="3.00"), Booking(amount="4.00"))
    answer = await client.post("/v1/bank-statements", content=content, headers=officer | XML)
    view = answer.json()
    assert (view["settled"], view["unmatched"], view["replayed"]) == (1, 2, False)
    again = await client.post("/v1/bank-statements", content=content, headers=officer | XML)
    assert again.json() == view | {"replayed": True}
    path = f"/v1/bank-statements/{view['statement_id']}/lines"
    page = (await client.get(path, params={"limit": 2}, headers=officer)).json()
    rest = (await client.get(path, params={"limit": 2, "cursor": page["next_cursor"]}, headers=officer)).json()
    assert [line["outcome"] for line in page["items"] + rest["items"]] == ["settled", "unmatched", "unmatched"]
    unmatched = (await client.get(path, params={"outcome": "unmatched"}, headers=officer)).json()["items"]
    assert [(line["problem"], line["amount_cents"]) for line in unmatched] == [
        ("no_reference", 300),
        ("no_reference", 400),
    ]


async def test_what_is_refused(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    officer = tokens.headers(roles=["payments_officer"])
    wrong = await client.post("/v1/bank-statements", content=b"<html/>", headers=officer | XML)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_an_account_statement")
    foreign = account_statement(paid("MP1", "1.00"), account="DE89370400440532013000")
    answer = await client.post("/v1/bank-statements", content=foreign, headers=officer | XML)
    assert (answer.status_code, answer.json()["code"]) == (422, "foreign_account")
    assert (await client.post("/v1/bank-statements", json={}, headers=officer)).status_code == 415
    huge = await client.post("/v1/bank-statements", content=b" " * (20 * 1024 * 1024 + 1), headers=officer | XML)
    assert huge.status_code == 413
    member = tokens.headers(roles=["member"])
    assert (await client.post("/v1/bank-statements", content=foreign, headers=member | XML)).status_code == 403
    unknown = "/v1/bank-statements/0197c0de-0000-7000-8000-000000000001/lines"
    assert (await client.get(unknown, headers=officer)).status_code == 404
