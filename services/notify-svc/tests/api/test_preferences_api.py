"""Which messages come by e-mail, by the member's choice and the fund's duty."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from kit.testing.tokens import TokenFactory

MEMBER = UUID("01890a5d-ac96-774b-bcce-b302099a8001")
ROUTE = "/v1/notification-preferences"


def sent(member_id: UUID = MEMBER) -> dict[str, Any]:
    return {
        "payout_id": str(uuid4()),
        "payee": "member",
        "member_id": str(member_id),
        "amount_cents": 9000,
        "iban_last4": "4471",
        "execution_on": "2026-11-30",
        "claim_ids": [],
    }


@pytest.fixture
def own(tokens: TokenFactory) -> dict[str, str]:
    return tokens.headers(roles=["member"], member_id=MEMBER)


async def test_everything_comes_until_something_is_declined(
    harness: Any, client: AsyncClient, own: dict[str, str], make_contact: Any, make_event: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(language="en"))
    before = (await client.get(ROUTE, headers=own)).json()
    assert (before["language"], before["address_works"], before["declined"]) == ("en", True, [])
    assert len(before["messages"]) == 18
    assert all(one["by_email"] and one["title"] for one in before["messages"])
    answer = await client.put(ROUTE, json={"declined": ["payout_sent"]}, headers=own)
    assert answer.status_code == 200, answer.text
    chosen = {one["name"]: one for one in answer.json()["messages"]}
    assert (chosen["payout_sent"]["by_email"], chosen["payout_sent"]["optional"]) == (False, True)
    assert (chosen["claim_settled"]["by_email"], chosen["claim_settled"]["optional"]) == (True, False)
    await harness.receive(make_event("payouts.payout_sent.v1", sent()), make_settled())
    await harness.courier.run()
    assert await harness.states() == {"not_wanted": 1, "delivered": 1}
    assert len(harness.smtp.accepted) == 1
    history = (await client.get("/v1/messages?state=not_wanted", headers=own)).json()["items"]
    assert [one["template"] for one in history] == ["payout_sent"]
    await client.put(ROUTE, json={"declined": []}, headers=own)
    await harness.receive(make_event("payouts.payout_sent.v1", sent()))
    await harness.courier.run()
    assert await harness.states() == {"not_wanted": 1, "delivered": 2}


async def test_what_the_fund_must_send_cannot_be_switched_off(
    harness: Any, client: AsyncClient, own: dict[str, str]
) -> None:
    body = {"declined": ["payout_sent", "claim_suspended", "nothing"]}
    answer = await client.put(ROUTE, json=body, headers=own)
    assert (answer.status_code, answer.json()["code"]) == (422, "message_not_optional")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/declined/1", "/declined/2"]
    assert await harness.rows("select 1 from preference") == []


async def test_each_member_has_their_own(
    harness: Any, client: AsyncClient, tokens: TokenFactory, own: dict[str, str], make_contact: Any, make_event: Any
) -> None:
    other = uuid4()
    await harness.receive(make_contact(), make_contact(other))
    await client.put(f"{ROUTE}?member_id={other}", json={"declined": ["payout_sent"]}, headers=own)
    await harness.receive(*(make_event("payouts.payout_sent.v1", sent(member)) for member in (MEMBER, other)))
    rows = await harness.rows("select member_id, state from message")
    assert {row["member_id"]: row["state"] for row in rows} == {MEMBER: "not_wanted", other: "queued"}
    operator = tokens.headers(roles=["operator"])
    seen = (await client.get(f"{ROUTE}?member_id={MEMBER}", headers=operator)).json()
    assert seen["declined"] == ["payout_sent"]
    unnamed = await client.get(ROUTE, headers=operator)
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/query/member_id")
    foreign = tokens.headers(roles=["operator"], fund="faschim")
    assert (await client.get(f"{ROUTE}?member_id={MEMBER}", headers=foreign)).json()["declined"] == []
    assert (await client.get(ROUTE, headers=tokens.headers(roles=["ops"]))).status_code == 403


async def test_a_message_that_was_not_wanted_is_not_sent_again(
    harness: Any, client: AsyncClient, tokens: TokenFactory, own: dict[str, str], make_contact: Any, make_event: Any
) -> None:
    await client.put(ROUTE, json={"declined": ["payout_sent"]}, headers=own)
    await harness.receive(make_contact(), make_event("payouts.payout_sent.v1", sent()))
    [row] = await harness.rows("select id from message")
    headers = tokens.headers(roles=["operator"], key="resend-0011")
    answer = await client.post(f"/v1/messages/{row['id']}/resend", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "message_transition_forbidden")
