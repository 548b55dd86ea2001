"""Messages that come back over HTTP: what fails, what is held, and who sees it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from notify_bounces import report

from kit.testing.tokens import TokenFactory

MEMBER = UUID("01890a5d-ac96-774b-bcce-b302099a8001")


class Intake:
    """Sends a message out and hands its bounces in."""

    def __init__(self, harness: Any, client: AsyncClient, tokens: TokenFactory, make_settled: Any) -> None:
        self.harness = harness
        self.client = client
        self.ops = tokens.headers(roles=["ops"])
        self.operator = tokens.headers(roles=["operator"])
        self.make_settled = make_settled

    async def send(self) -> str:
        await self.harness.receive(self.make_settled())
        await self.harness.courier.run()
        path: str = self.harness.smtp.return_paths[-1]
        return path

    async def hand_in(self, raw: bytes, kind: str = "message/rfc822") -> Response:
        return await self.client.post("/v1/bounces", content=raw, headers=self.ops | {"Content-Type": kind})

    async def bounce(self, path: str, status: str = "5.1.1") -> str:
        answer = await self.hand_in(report(to=path, status=status))
        assert answer.status_code == 200, answer.text
        outcome: str = answer.json()["outcome"]
        return outcome


@pytest.fixture
async def intake(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_contact: Any, make_settled: Any
) -> Intake:
    await harness.receive(make_contact())
    return Intake(harness, client, tokens, make_settled)


async def test_a_hard_bounce_fails_the_message_and_is_told(intake: Intake) -> None:
    path = await intake.send()
    assert await intake.bounce(path) == "failed"
    [row] = await intake.harness.rows("select id, state, reason from message")
    assert (row["state"], row["reason"]) == ("failed", "bounced_address_unknown")
    assert path == f"messaggi+{row['id'].hex}-0@mutua.example"
    published = [kind for kind, _fund in await intake.harness.published()]
    assert published == ["notify.message_delivered.v1", "notify.message_failed.v1"]
    [event] = await intake.harness.rows("select data from outbox where type = 'notify.message_failed.v1'")
    assert "bounced_address_unknown" in event["data"]
    assert "@" not in event["data"]


async def test_the_same_report_again_changes_nothing(intake: Intake) -> None:
    path = await intake.send()
    assert [await intake.bounce(path) for _ in range(3)] == ["failed", "duplicate", "duplicate"]
    [row] = await intake.harness.rows("select hard_bounces, held_since from contact")
    assert tuple(row) == (1, None)
    assert len(await intake.harness.published()) == 2


async def test_two_hard_bounces_hold_the_address_until_it_changes(intake: Intake, make_contact: Any) -> None:
    first, second = await intake.send(), await intake.send()
    await intake.bounce(first)
    await intake.harness.receive(intake.make_settled())
    await intake.bounce(second)
    # What was queued waits, and so does what comes.
    await intake.harness.receive(intake.make_settled())
    assert await intake.harness.states() == {"failed": 2, "waiting_contact": 2}
    await intake.harness.receive(make_contact(version=2, phone="021234567"))
    assert await intake.harness.courier.run() == 0
    await intake.harness.receive(make_contact(version=3, email="new@example.org"))
    await intake.harness.courier.run()
    assert await intake.harness.states() == {"failed": 2, "delivered": 2}
    assert intake.harness.smtp.recipients[-2:] == ["new@example.org"] * 2
    [row] = await intake.harness.rows("select hard_bounces, held_since from contact")
    assert tuple(row) == (0, None)


async def test_a_late_report_does_not_blame_the_new_address(intake: Intake, make_contact: Any) -> None:
    paths = [await intake.send(), await intake.send()]
    clock = intake.harness.services.clock
    clock.set(clock.now() + timedelta(hours=1))
    await intake.harness.receive(make_contact(version=2, email="new@example.org"))
    assert [await intake.bounce(path) for path in paths] == ["failed", "failed"]
    [row] = await intake.harness.rows("select hard_bounces, held_since from contact")
    assert tuple(row) == (0, None)


async def test_a_full_mailbox_fails_the_message_and_holds_nothing(intake: Intake) -> None:
    for status in ("5.2.2", "4.4.7", "5.7.1"):
        assert await intake.bounce(await intake.send(), status) == "failed"
    rows = await intake.harness.rows("select reason from message order by id")
    reasons = ["bounced_mailbox_full", "bounced_gave_up", "bounced_refused_by_policy"]
    assert [row["reason"] for row in rows] == reasons
    [row] = await intake.harness.rows("select hard_bounces from contact")
    assert row["hard_bounces"] == 0


async def test_a_report_about_an_earlier_sending_changes_no_state(intake: Intake, tokens: TokenFactory) -> None:
    path = await intake.send()
    [row] = await intake.harness.rows("select id from message")
    headers = tokens.headers(roles=["operator"], key="resend-0009")
    await intake.client.post(f"/v1/messages/{row['id']}/resend", headers=headers)
    await intake.harness.courier.run()
    assert await intake.bounce(path) == "recorded"
    assert await intake.harness.states() == {"delivered": 1}
    assert await intake.bounce(intake.harness.smtp.return_paths[-1]) == "failed"
    later = path.replace("-0@", "-7@")
    assert await intake.bounce(later) == "unmatched"


async def test_a_report_about_another_funds_message_is_unmatched(intake: Intake, tokens: TokenFactory) -> None:
    path = await intake.send()
    intake.ops = tokens.headers(roles=["ops"], fund="faschim")
    assert await intake.bounce(path) == "unmatched"
    assert await intake.harness.states() == {"delivered": 1}


async def test_staff_see_what_came_back(intake: Intake, client: AsyncClient, tokens: TokenFactory) -> None:
    paths = [await intake.send() for _ in range(3)]
    for path in paths:
        await intake.bounce(path)
    first = (await client.get("/v1/bounces?limit=2", headers=intake.operator)).json()
    rest = (await client.get(f"/v1/bounces?limit=2&cursor={first['next_cursor']}", headers=intake.ops)).json()
    items = first["items"] + rest["items"]
    assert len({item["bounce_id"] for item in items}) == 3
    assert rest["next_cursor"] is None
    item = items[0]
    assert (item["status"], item["severity"], item["member_id"]) == ("5.1.1", "hard", str(MEMBER))
    assert item["address_held_since"] == "2026-11-20T09:30:00Z"
    detail = (await client.get(f"/v1/messages/{item['message_id']}", headers=intake.operator)).json()
    assert [one["diagnostic"] for one in detail["bounces"]] == [item["diagnostic"]]
    assert detail["address_held_since"] == item["address_held_since"]
    own = tokens.headers(roles=["member"], member_id=MEMBER)
    shown = (await client.get(f"/v1/messages/{item['message_id']}", headers=own)).json()
    assert (shown["state"], shown["reason"]) == ("failed", "bounced_address_unknown")
    assert (shown["bounces"], shown["attempts"], shown["address_held_since"]) == ([], [], None)
    assert (await client.get("/v1/bounces", headers=own)).status_code == 403


async def test_who_may_hand_in_and_what(intake: Intake, client: AsyncClient, tokens: TokenFactory) -> None:
    path = await intake.send()
    raw = report(to=path)
    kind = {"Content-Type": "message/rfc822"}
    for roles in (["operator"], ["fund_admin"], ["facility"]):
        headers = tokens.headers(roles=roles, facility_id=MEMBER) | kind
        assert (await client.post("/v1/bounces", content=raw, headers=headers)).status_code == 403
    assert (await client.post("/v1/bounces", content=raw, headers=kind)).status_code == 401
    assert (await intake.hand_in(raw, "application/json")).status_code == 415
    assert (await intake.hand_in(raw + b"x" * 1024 * 1024)).status_code == 413
    empty = await intake.hand_in(b"")
    assert (empty.status_code, empty.json()["code"]) == (422, "bounce_unreadable")
    assert await intake.harness.states() == {"delivered": 1}
    ignored = await intake.hand_in(report(to=path, action="delayed"))
    assert ignored.json() == {"outcome": "ignored", "message_id": None, "status": None}
