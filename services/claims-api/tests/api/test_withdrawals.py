"""Taking a request back: before, while and after the rules decide, until it is released for payment."""

import asyncio
from typing import Any

import httpx
import pytest
from factories_claims import CONSENTS, Desk, claim_body, outbox, person_of, rows

from kit.testing.databases import ServiceDatabase

WITHDRAWN, SETTLED = "claims.claim_withdrawn.v1", "claims.claim_settled.v1"


async def member_of(desk: Desk) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    return member, claim_body(own), claim_body(own, document_number="13")


async def withdraw(desk: Desk, member: dict[str, Any], claim_id: str) -> httpx.Response:
    return await desk.client.post(f"/v1/claims/{claim_id}/withdraw", headers=desk.member(member["member_id"]))


async def test_a_request_is_taken_back_while_the_rules_decide(desk: Desk, database: ServiceDatabase) -> None:
    member, body, _ = await member_of(desk)
    case_id, (claim_id,) = await desk.submitted(member, body)
    done = await withdraw(desk, member, claim_id)
    assert (done.status_code, done.json()["state_label_it"]) == (200, "RITIRATA")
    told = await outbox(database.admin_dsn)
    assert told[-2:] == ["claims.claim_submitted.v1", WITHDRAWN]
    await desk.decide(claim_id)
    shown = await desk.case(member["member_id"], case_id)
    assert (shown["state"], shown["claims"][0]["settled_cents"]) == ("withdrawn", 0)
    assert await outbox(database.admin_dsn) == told
    assert (await withdraw(desk, member, claim_id)).json()["code"] == "claim_not_withdrawable"
    await desk.submitted(member, body)


async def test_a_suspended_request_is_taken_back_and_the_rest_released(desk: Desk, database: ServiceDatabase) -> None:
    member, body, other = await member_of(desk)
    case_id, (first, second) = await desk.submitted(member, body, other)
    await desk.decide(first)
    await desk.decide(second, "pend")
    assert (await withdraw(desk, member, second)).status_code == 200
    assert (await outbox(database.admin_dsn))[-2:] == [WITHDRAWN, SETTLED]
    assert (await desk.case(member["member_id"], case_id))["state"] == "settled"
    shown = await desk.client.get("/v1/me", headers=desk.member(member["member_id"]))
    assert shown.json()["tasks"] == []
    await desk.submitted(member, other)


async def test_a_granted_request_that_waits_for_its_case_is_taken_back(desk: Desk, database: ServiceDatabase) -> None:
    member, body, other = await member_of(desk)
    _, (granted, suspended) = await desk.submitted(member, body, other)
    await desk.decide(granted)
    await desk.decide(suspended, "pend")
    done = await withdraw(desk, member, granted)
    assert (done.status_code, done.json()["payable_cents"], done.json()["settled_cents"]) == (200, None, 0)
    assert (await withdraw(desk, member, suspended)).status_code == 200
    assert SETTLED not in await outbox(database.admin_dsn)


@pytest.mark.parametrize("turn", range(3))
async def test_sending_and_taking_back_at_once(desk: Desk, database: ServiceDatabase, turn: int) -> None:
    member, body, _ = await member_of(desk)
    me = member["member_id"]
    case_id = await desk.open_case(me)
    claim_id = (await desk.add(me, case_id, body | {"document_number": str(turn)})).json()["claim_id"]
    send = desk.client.post(f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=desk.member(me))
    sent, gone = await asyncio.gather(send, withdraw(desk, member, claim_id))
    assert gone.status_code == 200
    assert sent.status_code in {200, 409}
    told = [one for one in await outbox(database.admin_dsn) if one.startswith("claims.claim_")]
    assert told == (["claims.claim_submitted.v1", WITHDRAWN] if sent.status_code == 200 else [])
    assert [one["state"] for one in await rows(database.admin_dsn, "select state from claims.claim")] == ["withdrawn"]


async def test_deciding_and_taking_back_at_once(desk: Desk, database: ServiceDatabase) -> None:
    member, *_ = await member_of(desk)
    own = person_of(member, "member")
    for turn in range(4):
        _, (claim_id,) = await desk.submitted(member, claim_body(own, document_number=f"{turn}"))
        gone, _ = await asyncio.gather(withdraw(desk, member, claim_id), desk.decide(claim_id))
        state = "withdrawn" if gone.status_code == 200 else "settled"
        query = "select state from claims.claim where claim_id = $1"
        assert (await rows(database.admin_dsn, query, claim_id))[0]["state"] == state
    told = await outbox(database.admin_dsn)
    assert told.count(SETTLED) + told.count(WITHDRAWN) == 4
    assert await rows(database.admin_dsn, "select 1 from claims.parked_event") == []
