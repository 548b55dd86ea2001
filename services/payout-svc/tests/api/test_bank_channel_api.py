"""The bank's terms and a run's files as the administrator and the officers see them."""

import hashlib

from httpx import AsyncClient
from payout_factories import FundDriver, iban

from kit.testing.tokens import TokenFactory


async def test_administrator_sets_the_channel(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    admin, officer = tokens.headers(roles=["fund_admin"]), tokens.headers(roles=["payments_officer"])
    standard = await client.get("/v1/bank-channel", headers=officer)
    assert standard.json() == {
        "file_format": "pain.001.001.09",
        "transfers_per_file": 50000,
        "sender_code": None,
        "debtor": None,
        "patron_day": "12-07",
    }
    wanted = {"file_format": "CBIPaymentRequest.00.04.01", "transfers_per_file": 2, "sender_code": "AB12CD34"}
    wanted |= {"debtor": {"name": "Cassa FNM", "iban": iban(3), "bic": None}, "patron_day": "11-30"}
    assert (await client.put("/v1/bank-channel", json=wanted, headers=officer)).status_code == 403
    refused = await client.put("/v1/bank-channel", json=wanted | {"sender_code": None}, headers=admin)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/sender_code")
    assert (await client.get("/v1/bank-channel", headers=officer)).json() == standard.json()
    assert (await client.put("/v1/bank-channel", json=wanted, headers=admin)).json() == wanted
    assert (await client.get("/v1/bank-channel", headers=officer)).json() == wanted
    wrong = await client.put(
        "/v1/bank-channel", json=wanted | {"debtor": {"name": "Cassa FNM", "iban": "IT00"}}, headers=admin
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/debtor/iban")
    # The last working day of November is the patron's day now, and the file names the fund's own account.
    await fund.settle(await fund.enrol(), 9000)
    run = await fund.pay()
    assert run.execution_on.isoformat() == "2026-11-27"
    assert f"<IBAN>{iban(3)}</IBAN>".encode() in await fund.file_of(run)


async def test_each_file_is_listed_and_downloaded(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    admin, officer = tokens.headers(roles=["fund_admin"]), tokens.headers(roles=["payments_officer"])
    wanted = {"file_format": "pain.001.001.03", "transfers_per_file": 2}
    assert (await client.put("/v1/bank-channel", json=wanted, headers=admin)).status_code == 200
    for number in range(1, 4):
        await fund.settle(await fund.enrol(number=number), 9000)
    run = await fund.pay()
    view = (await client.get(f"/v1/payout-runs/{run.run_id}", headers=officer)).json()
    assert (view["file_format"], view["file"]) == ("pain.001.001.03", None)
    assert [(file["number"], file["transfers"], file["amount_cents"]) for file in view["files"]] == [
        (1, 2, 18000),
        (2, 1, 9000),
    ]
    for file in view["files"]:
        answer = await client.get(f"/v1/payout-runs/{run.run_id}/files/{file['number']}", headers=officer)
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert file["message_id"].encode() in answer.content
    several = await client.get(f"/v1/payout-runs/{run.run_id}/file", headers=officer)
    assert (several.status_code, several.json()["code"]) == (409, "run_has_several_files")
    third = await client.get(f"/v1/payout-runs/{run.run_id}/files/3", headers=officer)
    assert (third.status_code, third.json()["code"]) == (404, "transfer_file_not_found")
    audited = await fund.rows("select details from payouts.audit_entry where action = 'transfer_file_read'")
    assert [row["details"]["number"] for row in audited] == [1, 2]
