import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from booking_factories import FACILITY, NOW, OTHER_FACILITY, adjudicated, booking_body, envelope
from webhook_receiver import Receiver

from booking_api.adapters.webhook_post import WebhookPost
from booking_api.domain.webhook import MOST_ATTEMPTS
from booking_api.entrypoints.webhook_courier import TAKEN_FOR, WebhookCourier

ALL = ["authorisation", "cancellation", "payment"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    yield made
    await made.stop()


@pytest.fixture
async def courier(harness: Any) -> AsyncIterator[WebhookCourier]:
    sender = WebhookPost(private_allowed=True)
    yield WebhookCourier(harness.services, sender)
    await sender.close()


@pytest.fixture
def demo(harness: Any) -> Any:
    """Let this service's webhooks go to the small server on this machine."""
    harness.services.settings.webhook_private_targets = True
    return harness


async def hook(harness: Any, url: str, kinds: list[str] = ALL, headers: Any = None) -> dict[str, Any]:
    answer = await harness.client.post(
        "/v1/webhooks", json={"url": url, "kinds": kinds}, headers=headers or harness.facility()
    )
    return answer.json() | {"status_code": answer.status_code}


async def authorised(harness: Any) -> str:
    answer = await harness.client.post("/v1/bookings", json=booking_body(), headers=harness.member())
    await harness.receive(adjudicated(answer.json()["booking_id"]))
    return str(answer.json()["booking_id"])


async def deliveries(harness: Any, made: dict[str, Any], **headers: Any) -> list[dict[str, Any]]:
    path = f"/v1/webhooks/{made['webhook_id']}/deliveries"
    answer = await harness.client.get(path, headers=harness.facility(**headers))
    return answer.json().get("items", [answer.status_code])


def payment(**changes: Any) -> Any:
    data = {
        "payout_id": str(uuid4()),
        "run_id": str(uuid4()),
        "payee": "facility",
        "member_id": None,
        "facility_id": str(FACILITY),
        "amount_cents": 9_000,
        "iban_last4": "3456",
        "execution_on": "2026-12-31",
        "claim_ids": [],
        "booking_ids": [str(uuid4())],
    } | changes
    return envelope("payouts.payout_sent.v1", data, subject=data["payout_id"])


async def test_each_event_once_signed_and_without_a_name(demo: Any, receiver: Receiver, courier: WebhookCourier):
    made = await hook(demo, await receiver.start())
    assert made["status_code"] == 201
    booking_id = await authorised(demo)
    await demo.client.post(f"/v1/bookings/{booking_id}/cancel", headers=demo.member())
    paid = payment()
    await demo.receive(paid, paid, payment(facility_id=str(OTHER_FACILITY)), payment(facility_id=None))
    assert [await courier.deliver_due() for _ in range(2)] == [3, 0]
    seen = receiver.verified(made["secret"])
    assert sorted(one["type"] for one in seen.values()) == sorted(ALL)
    assert len(receiver.got) == len(seen) == 3
    assert "Rossi" not in str(seen)
    told = next(one["data"] for one in seen.values() if one["type"] == "authorisation")
    assert (told["booking_id"], told["member_share_cents"]) == (booking_id, 3_000)
    assert {one["state"] for one in await deliveries(demo, made)} == {"delivered"}
    assert await deliveries(demo, made, facility_id=OTHER_FACILITY) == [404]


async def test_a_flaky_receiver_gets_it_later_under_the_same_id(demo: Any, receiver: Receiver, courier: WebhookCourier):
    made = await hook(demo, await receiver.start(), ["authorisation"])
    receiver.answers = [500, 0]
    await authorised(demo)
    for minutes in (0, 1, 10):
        demo.clock.set(NOW + timedelta(minutes=minutes))
        assert await courier.deliver_due() == 1
    assert len(receiver.got) == 3
    assert len(receiver.verified(made["secret"])) == 1
    [one] = await deliveries(demo, made)
    assert (one["state"], one["attempts"], one["last_status"]) == ("delivered", 3, 204)
    [row] = await demo.rows("select failing_since from webhook")
    assert row["failing_since"] is None


async def test_a_worker_that_dies_before_noting_sends_again(demo: Any, receiver: Receiver, courier: WebhookCourier):
    made = await hook(demo, await receiver.start(), ["authorisation"])
    await authorised(demo)
    async with demo.services.uow.begin(courier._context("fnm")) as tx:
        [taken] = await tx.webhooks.take_due(limit=10, each=5, until=NOW + TAKEN_FOR)
    await courier._sender.send(taken, at=NOW)
    assert await courier.deliver_due() == 0
    demo.clock.set(NOW + TAKEN_FOR)
    assert await courier.deliver_due() == 1
    assert (len(receiver.got), len(receiver.verified(made["secret"]))) == (2, 1)


async def test_given_up_visibly_then_disabled_then_replayed(demo: Any, receiver: Receiver, courier: WebhookCourier):
    made = await hook(demo, await receiver.start(), ["authorisation"])
    receiver.answers = [503] * 40
    await authorised(demo)
    for attempt in range(MOST_ATTEMPTS):
        demo.clock.set(NOW + timedelta(days=1.3 * attempt))
        assert await courier.deliver_due() == 1
    found = await deliveries(demo, made)
    assert {(one["state"], one["attempts"], one["last_fault"]) for one in found} == {("given_up", 10, "HTTP 503")}
    [shown] = (await demo.client.get("/v1/webhooks", headers=demo.facility())).json()["items"]
    assert (shown["active"], shown["disabled_because"]) == (False, "failing")
    assert "secret" not in shown
    receiver.answers = []
    here = f"/v1/webhooks/{made['webhook_id']}"
    body = {"url": shown["url"], "kinds": ["authorisation"], "active": True}
    assert (await demo.client.put(here, json=body, headers=demo.facility())).json()["active"]
    answer = await demo.client.post(f"{here}/replay", json={"since": NOW.isoformat()}, headers=demo.facility())
    assert answer.json() == {"replayed": 1}
    assert await courier.deliver_due() == 1
    one = f"{here}/deliveries/{found[0]['delivery_id']}/replay"
    assert (await demo.client.post(one, headers=demo.facility())).json()["state"] == "pending"
    assert await courier.deliver_due() == 1
    assert len(receiver.verified(made["secret"])) == 1


async def test_a_receiver_that_is_gone_stops_it_and_a_new_secret_signs_beside_the_old(
    demo: Any, receiver: Receiver, courier: WebhookCourier
):
    made = await hook(demo, await receiver.start(), ["authorisation"])
    renewed = await demo.client.post(f"/v1/webhooks/{made['webhook_id']}/secret", headers=demo.facility())
    receiver.answers = [410]
    await authorised(demo)
    await courier.deliver_due()
    assert receiver.verified(made["secret"]) == receiver.verified(renewed.json()["secret"])
    [row] = await demo.rows("select active, disabled_because from webhook")
    assert tuple(row) == (False, "gone")


async def test_addresses_that_no_webhook_may_have(harness: Any, demo: Any):
    demo.services.settings.webhook_private_targets = False
    for url in ("http://example.org/x", "https://user:pw@example.org/", "ftp://example.org", "https://", "nonsense"):
        answer = await hook(harness, url)
        assert (answer["status_code"], answer["errors"][0]["rule"]) == (422, "https_url"), url
    assert (await hook(harness, "https://example.org/x", headers=harness.member()))["status_code"] == 403
    assert await harness.rows("select 1 from webhook") == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.1.2.3", "169.254.169.254", "localhost", "[64:ff9b::7f00:1]"]
)
async def test_nothing_is_sent_into_a_private_network(demo: Any, receiver: Receiver, host: str):
    port = (await receiver.start()).split(":")[2]
    await hook(demo, f"https://{host}:{port}", ["authorisation"])
    await authorised(demo)
    guarded = WebhookPost(private_allowed=False)
    courier = WebhookCourier(demo.services, guarded)
    assert await courier.deliver_due() == 1
    await guarded.close()
    [row] = await demo.rows("select state, last_fault from webhook_delivery")
    assert row["state"] == "pending"
    assert "private network" in row["last_fault"]
    assert receiver.got == []


async def test_two_workers_send_each_delivery_once(demo: Any, receiver: Receiver, courier: WebhookCourier):
    made = await hook(demo, await receiver.start(), ["payment"])
    await demo.receive(*(payment() for _ in range(12)))
    second = WebhookCourier(replace(demo.services), courier._sender)
    sent = 0
    while taken := sum(await asyncio.gather(courier.deliver_due(), second.deliver_due())):
        sent += taken
    assert (sent, len(receiver.got)) == (12, 12)
    assert len({UUID(one) for one in receiver.verified(made["secret"])}) == 12
