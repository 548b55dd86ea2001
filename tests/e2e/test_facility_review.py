"""A facility's system asks for a review through the gateway: two persons grant it, the rules count it, it is owed."""

from datetime import datetime, time

import pytest

from kit.clock import ROME
from mutua_local.demo.client import Caller, eventually
from mutua_local.demo.stage import open_stage
from mutua_local.settings import load_settings

pytestmark = pytest.mark.e2e
PRICE_CENTS, FUND_SHARE_CENTS, GRANTED_CENTS = 12_000, 9_000, 9_500


async def _when(caller: Caller, booking_id: str, state: str) -> dict:
    async def look():
        booking = await caller.get(f"/v1/bookings/{booking_id}")
        return booking if booking["state"] == state else None

    return await eventually(f"the booking {state}", look)


async def _closed(stage) -> dict:
    """Book a visit, wait for its letter, dispense it with its invoice."""
    asked_on = stage.days.shift(stage.start, 3)
    day = stage.days.shift(asked_on, 6)
    await stage.at(asked_on, 10)
    found = await stage.rossi.caller.get("/v1/facilities", service="VIS-CARD", q="Poliambulatorio Cardio")
    facility = found["items"][0]
    body = {
        "person_id": stage.rossi.person_ids["member"],
        "facility_id": facility["facility_id"],
        "service_code": "VIS-CARD",
        "doctor": facility["doctors"][0]["name"],
        "appointment_at": datetime.combine(day, time(15, 30), ROME).isoformat(),
        "phone": "+39 333 1234567",
        "already_agreed": True,
    }
    booking_id = (await stage.rossi.caller.post("/v1/bookings", body))["booking_id"]
    await _when(stage.facility, booking_id, "authorised")
    await stage.at(stage.days.shift(day, -2), 9)
    booking = await _when(stage.facility, booking_id, "letter_sent")
    await stage.at(day, 16, 10)
    invoice = {"number": f"R-{booking['code']}", "date": day.isoformat(), "amount_cents": PRICE_CENTS}
    report = {"dispensed_on": day.isoformat(), "invoice": invoice}
    closed = await stage.facility.post(f"/v1/bookings/{booking_id}/dispense", report)
    assert (closed["state"], closed["fund_share_cents"]) == ("closed", FUND_SHARE_CENTS)
    return closed


async def test_a_granted_review_is_counted_by_the_rules_and_owed(system, monkeypatch):
    for name, value in system.environment.items():
        if name.startswith("MUTUA_"):
            monkeypatch.setenv(name, value)
    async with open_stage(load_settings()) as stage:
        booking = await _closed(stage)
        asked = {"booking_id": booking["booking_id"], "asked_cents": PRICE_CENTS, "text": "La quota è del 100 %"}
        review = await stage.facility.post("/v1/review-requests", asked)
        steps = f"/v1/review-requests/{review['matter_id']}/steps"
        await stage.operator.post(steps, {"to": "proposed", "text": "Concesso", "granted_cents": GRANTED_CENTS})
        waits = await stage.office.post(steps, {"to": "counting", "text": "Confermato"})
        assert waits["next"] == {"increased": "rules", "open": "rules"}

        async def look():
            [seen] = (await stage.facility.get("/v1/review-requests", booking_id=booking["booking_id"]))["items"]
            return seen if seen["state"] != "counting" else None

        done = await eventually("the answer of the rules", look)
        assert (done["state"], done["steps"][-1]["by"]) == ("increased", "rules")
        due = (await stage.facility.get("/v1/remittances/outstanding"))["lines"]
        owed = {line["kind"]: line["fund_share_cents"] for line in due if line["booking_id"] == booking["booking_id"]}
        assert owed == {"booking": FUND_SHARE_CENTS, "booking_correction": GRANTED_CENTS - FUND_SHARE_CENTS}
