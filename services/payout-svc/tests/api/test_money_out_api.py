"""Money out as the officers, the approver, the members and the facilities see it."""

import hashlib
from typing import Any
from uuid import UUID

from httpx import AsyncClient, Response
from payout_factories import FundDriver, iban, status_report, transfers_in

from kit.ids import new_id
from kit.testing.tokens import TokenFactory

XML = {"Content-Type": "application/xml"}


class Office:
    """The people of the fund and their tokens."""

    def __init__(self, client: AsyncClient, tokens: TokenFactory) -> None:
        self.client = client
        self.officer = tokens.headers(roles=["payments_officer"], subject="paolo")
        self.approver = tokens.headers(roles=["payments_approver"], subject="anna")

    async def prepare(self, month: str = "2026-11", key: str = "") -> Response:
        headers = self.officer | {"Idempotency-Key": key or new_id().hex}
        return await self.client.post("/v1/payout-runs", json={"month": month}, headers=headers)

    async def approve(self, run_id: str) -> Response:
        return await self.client.post(f"/v1/payout-runs/{run_id}/approve", headers=self.approver)

    async def execute(self, run_id: str) -> Response:
        return await self.client.post(f"/v1/payout-runs/{run_id}/execute", headers=self.officer)

    async def pay(self) -> dict[str, Any]:
        run_id = (await self.prepare()).json()["run_id"]
        await self.approve(run_id)
        answer = await self.execute(run_id)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def report(self, content: bytes) -> Response:
        return await self.client.post("/v1/bank-reports", content=content, headers=self.officer | XML)


async def test_a_month_end(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    paid, carried = await fund.enrol(number=1), await fund.enrol(number=2)
    await fund.settle(paid, 16200)
    await fund.settle(carried, 5000)
    prepared = await office.prepare()
    assert prepared.status_code == 201
    run = prepared.json()
    assert prepared.headers["location"] == f"/v1/payout-runs/{run['run_id']}"
    assert (run["state"], run["execution_on"]) == ("prepared", "2026-11-30")
    assert run["paid"] == {"payees": 1, "amount_cents": 16200}
    assert run["carried_over"] == {"payees": 1, "amount_cents": 5000}
    assert run["month_before"] == {"payees": 0, "amount_cents": 0, "difference_cents": 16200}
    lines = await client.get(f"/v1/payout-runs/{run['run_id']}/lines", headers=office.approver)
    assert {line["payee_id"]: line["outcome"] for line in lines.json()["items"]} == {
        str(paid): "pay",
        str(carried): "carry",
    }
    assert (await office.execute(run["run_id"])).status_code == 409
    assert (await office.approve(run["run_id"])).json()["state"] == "approved"
    executed = (await office.execute(run["run_id"])).json()
    assert (executed["state"], executed["approved_by"], executed["executed_by"]) == ("sent", "anna", "paolo")

    file = await client.get(f"/v1/payout-runs/{run['run_id']}/file", headers=office.officer)
    assert file.headers["content-type"] == "application/xml"
    assert hashlib.sha256(file.content).hexdigest() == executed["file"]["sha256"]
    ((reference, amount, to),) = transfers_in(file.content)
    assert (amount, to) == ("162.00", iban(1))
    audited = await fund.rows("select actor from payouts.audit_entry where action = 'transfer_file_read'")
    assert [row["actor"] for row in audited] == ["payments_officer:paolo"]

    answer = await office.report(status_report([(reference, "RJCT", "AC04")]))
    assert answer.status_code == 200
    assert (answer.json()["rejected"], answer.json()["unmatched"]) == (1, [])
    own = await client.get("/v1/payouts", headers=tokens.headers(roles=["member"], member_id=paid))
    (payout,) = own.json()["items"]
    assert (payout["state"], payout["reason_en"]) == ("returned", "The account is closed")
    assert payout["items"][0]["amount_cents"] == 16200
    balance = await client.get("/v1/ledger/balance-check", headers=office.officer)
    assert balance.json() == {
        "balanced": True,
        "sum_cents": 0,
        "transactions": 4,
        "unbalanced": [],
        "differing_payees": [],
    }


async def test_same_key_gives_the_same_run(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    first, again = await office.prepare(key="key-of-november"), await office.prepare(key="key-of-november")
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await office.prepare("2026-10", key="key-of-november")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_four_eyes(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    both = tokens.headers(roles=["payments_officer", "payments_approver"], subject="paolo", key="prepare-1")
    run = (await client.post("/v1/payout-runs", json={"month": "2026-11"}, headers=both)).json()
    answer = await client.post(f"/v1/payout-runs/{run['run_id']}/approve", headers=both)
    assert (answer.status_code, answer.json()["code"]) == (403, "approver_is_preparer")
    only_officer = tokens.headers(roles=["payments_officer"], subject="berta")
    assert (await client.post(f"/v1/payout-runs/{run['run_id']}/approve", headers=only_officer)).status_code == 403


async def test_changed_balances_tell_what_to_do(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    member = await fund.enrol()
    await fund.settle(member, 9000)
    run_id = (await office.prepare()).json()["run_id"]
    await office.approve(run_id)
    await fund.settle(member, 100)
    answer = await office.execute(run_id)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["changed_payees"]) == (409, "balances_changed", 1)
    assert problem["changes"][0]["present_cents"] == 9100
    assert 'POST /v1/payout-runs {"month": "2026-11"}' in problem["detail"]


async def test_bad_months(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    for month in ("2026-13", "november", "２０２６-11"):
        answer = await office.prepare(month)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/month")
    answer = await office.prepare("2027-01")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "month_not_started")


async def test_file_before_execution_and_without_transfers(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver
) -> None:
    office = Office(client, tokens)
    run_id = (await office.prepare()).json()["run_id"]
    early = await client.get(f"/v1/payout-runs/{run_id}/file", headers=office.officer)
    assert (early.status_code, early.json()["code"]) == (409, "transfer_file_not_ready")
    empty = await office.pay()
    none = await client.get(f"/v1/payout-runs/{empty['run_id']}/file", headers=office.officer)
    assert (none.status_code, none.json()["code"]) == (404, "run_has_no_transfers")


async def test_what_is_no_bank_report(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    answer = await office.report(b"<html/>")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_status_report")
    assert "pain.002" in answer.json()["detail"]
    json = await client.post("/v1/bank-reports", json={}, headers=office.officer)
    assert json.status_code == 415
    huge = await office.report(b" " * (20 * 1024 * 1024 + 1))
    assert huge.status_code == 413
    assert await fund.rows("select * from payouts.bank_report") == []


async def test_report_twice_gives_the_same_answer(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    content = status_report([("UNKNOWN", "ACCP", None)])
    first, again = (await office.report(content)).json(), (await office.report(content)).json()
    assert first["unmatched"] == [{"reference": "UNKNOWN", "status": "ACCP", "reason": None}]
    assert again == first | {"replayed": True}


async def test_members_and_facilities_see_their_own(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver
) -> None:
    office = Office(client, tokens)
    mine, other = await fund.enrol(number=1), await fund.enrol(number=2)
    await fund.settle(mine, 9000)
    await fund.settle(other, 8000)
    facility = new_id()
    await fund.close_booking(facility, 4200)
    await office.pay()
    member = tokens.headers(roles=["member"], member_id=mine)
    asked = await client.get("/v1/payouts", params={"member_id": str(other)}, headers=member)
    assert [item["payee_id"] for item in asked.json()["items"]] == [str(mine)]
    own = await client.get("/v1/statements", headers=tokens.headers(roles=["facility"], facility_id=facility))
    (statement,) = own.json()["items"]
    assert (statement["month"], statement["amount_cents"]) == ("2026-11", 4200)
    assert statement["items"][0]["reference"] == "F/12"
    stranger = await client.get("/v1/statements", headers=tokens.headers(roles=["facility"], facility_id=new_id()))
    assert stranger.json()["items"] == []
    for path in ("/v1/payables", "/v1/payout-runs", "/v1/ledger/balance-check"):
        assert (await client.get(path, headers=member)).status_code == 403, path
        assert (await client.get(path)).status_code == 401, path


async def test_lists_go_page_by_page(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    office = Office(client, tokens)
    members = [await fund.enrol(number=number) for number in range(1, 6)]
    for member in members:
        await fund.settle(member, 9000)
    payables = await _all(client, "/v1/payables?state=open&payee=member", office.officer)
    assert [UUID(item["payee_id"]) for item in payables] == members
    run = await office.pay()
    await office.prepare()
    lines = await _all(client, f"/v1/payout-runs/{run['run_id']}/lines?outcome=pay", office.officer)
    assert [line["line"] for line in lines] == [1, 2, 3, 4, 5]
    assert len({item["payout_id"] for item in await _all(client, "/v1/payouts", office.officer)}) == 5
    runs = await _all(client, "/v1/payout-runs", office.officer, limit=1)
    assert [(item["sequence"], item["state"]) for item in runs] == [(2, "prepared"), (1, "sent")]
    assert await _all(client, "/v1/payables?state=open", office.officer) == []
    assert len(await _all(client, f"/v1/payables?state=sent&payee_id={members[0]}", office.officer)) == 1


async def _all(client: AsyncClient, path: str, headers: dict[str, str], limit: int = 2) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    parameters = {"limit": str(limit)}
    while True:
        url = f"{path}{'&' if '?' in path else '?'}" + "&".join(f"{k}={v}" for k, v in parameters.items())
        answer = await client.get(url, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        parameters["cursor"] = page["next_cursor"]
