"""Holds, heirs and Verification of Payee: who is not paid, and by whose word that changes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from payout_factories import NOVEMBER, FundDriver, iban, transfers_in

from kit.clock import FixedClock
from kit.ids import new_id
from kit.testing.tokens import TokenFactory
from payout_svc.domain.errors import BalancesChanged
from payout_svc.domain.run_month import RunMonth


class Desk:
    """The officer and the approver at their desks."""

    def __init__(self, client: AsyncClient, tokens: TokenFactory) -> None:
        self.client = client
        self.headers = {
            "paolo": tokens.headers(roles=["payments_officer"], subject="paolo"),
            "anna": tokens.headers(roles=["payments_approver"], subject="anna"),
            "both": tokens.headers(roles=["payments_officer", "payments_approver"], subject="both"),
        }

    async def post(self, who: str, path: str, body: Any = None) -> Any:
        headers = self.headers[who] | {"Idempotency-Key": new_id().hex}
        return await self.client.post(path, json=body, headers=headers)

    async def get(self, who: str, path: str) -> Any:
        return await self.client.get(path, headers=self.headers[who])


@pytest.fixture
def desk(client: AsyncClient, tokens: TokenFactory) -> Desk:
    return Desk(client, tokens)


async def _lines(fund: FundDriver, month: RunMonth = NOVEMBER) -> dict[UUID, tuple[str, str | None]]:
    run = await fund.prepare(month)
    async with fund.services.uow.begin(fund.context()) as tx:
        lines = await tx.runs.lines(run, outcome=None, after_line=0, limit=50)
    return {line.payee_id: (line.outcome.value, line.reason) for line in lines}


async def test_hold_keeps_the_balance_until_another_person_lifts_it(desk: Desk, fund: FundDriver) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    run = await fund.approve(await fund.prepare())
    body = {"payee_kind": "member", "payee_id": str(member), "kind": "check_open", "reason": "invoice in doubt"}
    placed = await desk.post("both", "/v1/payout-holds", body)
    assert placed.status_code == 201
    assert (await desk.post("paolo", "/v1/payout-holds", body)).json()["code"] == "already_held"
    with pytest.raises(BalancesChanged):
        await fund.execute(run)
    assert await _lines(fund) == {member: ("hold", "check_open")}
    await fund.pay()
    assert await fund.events("payout_held") == []

    lift = f"/v1/payout-holds/{placed.json()['hold_id']}/lift"
    assert (await desk.post("paolo", lift, {"reason": "checked"})).status_code == 403
    assert (await desk.post("both", lift, {"reason": "checked"})).json()["code"] == "lifter_is_placer"
    assert (await desk.post("anna", lift, {"reason": "  "})).status_code == 422
    assert (await _lines(fund))[member] == ("hold", "check_open")
    assert (await desk.post("anna", lift, {"reason": "checked"})).json()["lifted_by"] == "anna"
    assert (await desk.post("anna", lift, {"reason": "checked"})).json()["code"] == "hold_lifted"
    assert await _lines(fund) == {member: ("pay", None)}
    assert (await desk.get("paolo", "/v1/payout-holds")).json()["items"] == []
    assert len((await desk.get("paolo", "/v1/payout-holds?state=all")).json()["items"]) == 1


async def test_unverified_account_is_held_and_the_member_is_asked(fund: FundDriver) -> None:
    member = await fund.enrol(with_iban=False)
    await fund.settle(member, 9000)
    data = {"member_id": str(member), "version": 1, "iban": iban(5), "holder": "Somebody Else", "verified": False}
    await fund.deliver(fund.event("claims.bank_account_changed", member, data))
    assert await _lines(fund) == {member: ("hold", "iban_unverified")}
    await fund.pay()
    assert [event["reason"] for event in await fund.events("payout_held")] == ["iban_unverified"]
    await fund.change_iban(member, iban(6), version=2)
    assert await _lines(fund) == {member: ("pay", None)}


async def test_heirs_are_paid_once_another_person_has_approved_them(desk: Desk, fund: FundDriver) -> None:
    member = await fund.enrol()
    await fund.settle(member, 9000)
    body = {
        "member_id": str(member),
        "deceased_on": "2026-11-02",
        "name": "Eredi Rossi",
        "iban": iban(77),
        "document_ids": [str(new_id())],
    }
    assert (await desk.post("paolo", "/v1/heirs", body | {"document_ids": []})).status_code == 422
    assert (await desk.post("paolo", "/v1/heirs", body | {"iban": "IT00"})).json()["errors"][0]["pointer"] == "/iban"
    assert (await desk.post("paolo", "/v1/heirs", body | {"deceased_on": "2026-12-02"})).status_code == 422
    assert (await desk.post("paolo", "/v1/heirs", body | {"member_id": str(new_id())})).status_code == 404
    assert await _lines(fund) == {member: ("pay", None)}

    first = (await desk.post("paolo", "/v1/heirs", body)).json()
    second = (await desk.post("both", "/v1/heirs", body)).json()
    assert second["iban_last4"] == iban(77)[-4:]
    assert await _lines(fund) == {member: ("hold", "deceased")}
    (hold,) = (await desk.get("paolo", "/v1/payout-holds")).json()["items"]
    lift = await desk.post("anna", f"/v1/payout-holds/{hold['hold_id']}/lift", {"reason": "please"})
    assert lift.json()["code"] == "hold_needs_heirs"
    assert (await desk.post("anna", f"/v1/heirs/{first['heir_id']}/approve")).json()["code"] == "heirs_not_recorded"
    approve = f"/v1/heirs/{second['heir_id']}/approve"
    assert (await desk.post("both", approve)).json()["code"] == "approver_is_recorder"
    assert (await desk.post("anna", approve)).json()["state"] == "approved"
    # A late change of the member's own account no longer counts.
    await fund.change_iban(member, iban(8), version=9)
    ((_, amount, to),) = transfers_in(await fund.file_of(await fund.pay()))
    assert (amount, to) == ("90.00", iban(77))
    states = [one["state"] for one in (await desk.get("anna", f"/v1/heirs?member_id={member}")).json()["items"]]
    assert states == ["replaced", "approved"]
    (payout,) = await fund.payouts()
    await fund.report((f"MP{payout['payout_id'].hex}", "RJCT", "AC04"))
    assert await _lines(fund) == {member: ("hold", "iban_rejected")}
    await fund.pay()
    assert await fund.events("payout_held") == []


async def test_leaver_is_carried_until_december(fund: FundDriver, clock: FixedClock) -> None:
    member = await fund.enrol()
    data = {"member_id": str(member), "first_name": "A", "last_name": "B", "left_on": "2026-10-01", "persons": []}
    await fund.deliver(fund.event("claims.member_changed", member, data | {"version": 2}))
    await fund.settle(member, 4000)
    assert await _lines(fund) == {member: ("carry", None)}
    clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
    assert await _lines(fund, RunMonth(2026, 12)) == {member: ("pay", None)}


async def test_verification_holds_a_mismatch_and_nothing_else(desk: Desk, fund: FundDriver) -> None:
    members = {number: await fund.enrol(number=number) for number in range(1, 6)}
    for member in members.values():
        await fund.settle(member, 9000)
    batch = (await desk.post("paolo", "/v1/payee-verifications")).json()
    assert (batch["payees"], batch["awaiting"]) == (5, 5)
    assert set((await _lines(fund)).values()) == {("pay", None)}
    assert (await desk.post("paolo", "/v1/payee-verifications")).json()["code"] == "nothing_to_verify"
    path = f"/v1/payee-verifications/{batch['batch_id']}"
    file = (await desk.get("paolo", f"{path}/file")).text.split("\r\n")
    assert file[0] == "reference;name;iban"
    references = {line.split(";")[2]: line.split(";")[0] for line in file[1:-1]}
    words = {"MTCH": "match", "CMTC": "close_match", "NMTC": "no_match", "NOAP": "not_possible"}
    lines = [f"{references[iban(number)]};{word};Mario" for number, word in enumerate(words, 1)]
    content = "\r\n".join(["reference;result;name", *lines, "ffff;MTCH;x"])

    async def answer(text: str) -> Any:
        headers = desk.headers["paolo"] | {"Content-Type": "text/csv"}
        return await desk.client.post(f"{path}/answers", content=text.encode(), headers=headers)

    wrong = await answer(content.replace("NOAP", "MAYBE"))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/4/result")
    taken = (await answer(content)).json()
    assert taken["unmatched"] == ["ffff"]
    assert [taken[name] for name in ("match", "close_match", "no_match", "not_possible", "unchanged")] == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert (await answer(content)).json()["unchanged"] == 4
    assert (await desk.get("anna", path)).json()["awaiting"] == 1

    run = await fund.prepare()
    shown = (await desk.get("anna", f"/v1/payout-runs/{run.run_id}/lines")).json()["items"]
    assert {(line["outcome"], line["reason"], line["verification"]) for line in shown} == {
        ("pay", None, "match"),
        ("pay", None, "close_match"),
        ("hold", "iban_mismatch", "no_match"),
        ("pay", None, "not_possible"),
        ("pay", None, None),
    }
    await fund.change_iban(members[3], iban(33), version=2)
    assert (await _lines(fund))[members[3]] == ("pay", None)
    again = (await desk.post("paolo", "/v1/payee-verifications")).json()
    assert again["payees"] == 2
