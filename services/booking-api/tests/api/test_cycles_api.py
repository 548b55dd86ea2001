"""Cycles of sessions, their renewal, and what becomes of an authorisation: paid, sent back, never withdrawn."""

from typing import Any
from uuid import uuid4

from booking_factories import FACILITY, adjudicated, booking_body, envelope

PRICE = 12_000
SESSIONS = 10


async def authorised_cycle(harness: Any) -> str:
    body = booking_body(items=[{"service_code": "VIS-CARD", "quantity": SESSIONS}])
    made = await harness.client.post("/v1/bookings", json=body, headers=harness.member())
    assert made.status_code == 201, made.text
    booking_id = str(made.json()["booking_id"])
    shares = {"price_cents": SESSIONS * PRICE, "fund_share_cents": 90_000, "member_share_cents": 30_000}
    await harness.receive(adjudicated(booking_id, **shares))
    return booking_id


async def renew(harness: Any, booking_id: str, headers: Any = None, **body: Any) -> Any:
    asked = {"appointment_at": "2027-02-15T10:30:00+01:00"} | body
    path = f"/v1/bookings/{booking_id}/renew"
    return await harness.client.post(path, json=asked, headers=headers or harness.member())


async def read(harness: Any, booking_id: str) -> dict[str, Any]:
    seen = await harness.client.get(f"/v1/bookings/{booking_id}", headers=harness.operator())
    found: dict[str, Any] = seen.json()
    return found


async def test_a_cycle_is_authorised_whole_and_renewed_in_one_step(harness: Any):
    first = await authorised_cycle(harness)
    made = await renew(harness, first)
    again = made.json()
    assert (made.status_code, again["state"], again["renews"]) == (201, "requested", first)
    assert (again["price_cents"], again["doctor"]) == (SESSIONS * PRICE, "Elena Moretti")
    assert (await read(harness, first))["state"] == "authorised"
    [_, event] = await harness.published("booking_requested")
    assert (event["request"]["quantity"], event["request"]["amount_cents"]) == (SESSIONS, SESSIONS * PRICE)
    fewer = (await renew(harness, first, sessions=4)).json()
    assert fewer["price_cents"] == 4 * PRICE


async def test_only_an_authorised_booking_of_the_family_is_renewed_and_with_its_notice(harness: Any):
    waiting = (await harness.client.post("/v1/bookings", json=booking_body(), headers=harness.member())).json()
    refused = await renew(harness, waiting["booking_id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "renewal_forbidden")
    first = await authorised_cycle(harness)
    assert (await renew(harness, first, harness.other_member())).status_code == 404
    late = (await renew(harness, first, appointment_at="2026-12-02T10:30:00+01:00")).json()
    assert (late["state"], late["reason"]) == ("not_authorised", "late")


async def test_an_operator_cancels_an_authorisation_only_at_somebodys_request(harness: Any):
    booking_id = await authorised_cycle(harness)
    path = f"/v1/bookings/{booking_id}/cancel"
    refused = await harness.client.post(path, headers=harness.operator())
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/requested_by")
    assert (await read(harness, booking_id))["state"] == "authorised"
    done = await harness.client.post(path, json={"requested_by": "facility"}, headers=harness.operator())
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    assert (await read(harness, booking_id))["history"][-1]["reason"] == "facility"


async def test_a_payment_settles_and_a_return_opens_again(harness: Any):
    booking_id = await authorised_cycle(harness)
    await harness.rows(
        "update booking set state = 'closed', dispensed_on = '2026-12-16', closed_on = '2026-12-16', "
        "letter_key = 'letters/x.pdf', letter_sha256 = 'x' where booking_id = $1",
        booking_id,
    )
    payout = {"payout_id": str(uuid4()), "facility_id": str(FACILITY), "amount_cents": 90_000, "iban_last4": "3456"}
    sent = payout | {"execution_on": "2026-12-31", "booking_ids": [booking_id]}
    event = envelope("payouts.payout_sent.v1", sent, subject=payout["payout_id"])
    await harness.receive(event, event)
    paid = await read(harness, booking_id)
    assert (paid["state"], paid["paid_on"], paid["state_label"]["it"]) == ("settled", "2026-12-31", "LIQUIDATA")
    back = payout | {"reason_code": "AC04", "booking_ids": [booking_id]}
    await harness.receive(envelope("payouts.payout_returned.v1", back, subject=payout["payout_id"]))
    seen = await read(harness, booking_id)
    assert (seen["state"], seen["paid_on"], seen["history"][-1]["reason"]) == ("closed", None, "AC04")
