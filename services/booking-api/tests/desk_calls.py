"""What the tests of a facility's desk call."""

import json
from datetime import UTC, datetime
from typing import Any

from booking_factories import PERSON, adjudicated, booking_body, envelope

DAY = datetime(2026, 12, 16, 12, 0, tzinfo=UTC)
VISIT = {"service_code": "VIS-CARD", "doctor": None}
DENTAL = {"service_code": "DEN-1001", "doctor": None}


async def booked(harness: Any, *, price: int = 12_000, **changes: Any) -> dict[str, Any]:
    """Return a booking with its letter, on the day of its appointment."""
    harness.clock.set(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    answer = await harness.client.post("/v1/bookings", json=booking_body(**changes), headers=harness.member())
    assert answer.status_code == 201, answer.text
    booking_id = answer.json()["booking_id"]
    fund = price * 3 // 4
    shares = {"price_cents": price, "fund_share_cents": fund, "member_share_cents": price - fund}
    await harness.receive(adjudicated(booking_id, **shares))
    harness.clock.set(DAY)
    assert await harness.work.issue_due_letters() == 1
    return dict((await harness.client.get(f"/v1/bookings/{booking_id}", headers=harness.member())).json())


def report(amount: int | None = None, number: str = "2026/1", **changes: Any) -> dict[str, Any]:
    invoice = {"number": number, "date": "2026-12-16", "amount_cents": amount}
    return {"dispensed_on": "2026-12-16", "invoice": invoice if amount else None} | changes


async def call(harness: Any, method: str, path: str, body: Any = None, headers: Any = None) -> Any:
    answer = await harness.client.request(method, path, json=body, headers=headers or harness.facility())
    return answer.json() | {"status_code": answer.status_code}


async def closed(harness: Any, number: str = "1") -> dict[str, Any]:
    one = await booked(harness, **VISIT)
    here = f"/v1/bookings/{one['booking_id']}"
    return await call(harness, "POST", f"{here}/dispense", report(12_000, number))


def step(to: str, **facts: Any) -> dict[str, Any]:
    return {"to": to, "text": "come d'accordo", **facts}


async def told_of(harness: Any, kind: str) -> list[dict[str, Any]]:
    rows = await harness.rows("select data from outbox where type = $1 order by seq", f"bookings.{kind}.v1")
    return [json.loads(row["data"]) for row in rows]


def answer_of(matter: dict[str, Any], answer: str, cents: int) -> Any:
    reason = {"code": "grant_over_limit", "article": "3.6", "text_it": "al massimo 3,00 €", "text_en": "at most €3.00"}
    data = {
        "matter_id": matter["matter_id"],
        "granted_cents": cents,
        "limit": "visits",
        "most_cents": 300,
        "reasons": [reason],
    }
    return envelope(f"rules.booking_review_{answer}.v1", data, subject=matter["booking_id"])


async def increased(harness: Any, booking: dict[str, Any], cents: int) -> dict[str, Any]:
    """Let a review grant a closed booking that share of the fund, and the rules count it."""
    body = {"booking_id": booking["booking_id"], "asked_cents": cents, "text": "la quota è del 90 %"}
    made: dict[str, Any] = await call(harness, "POST", "/v1/review-requests", body)
    path = f"/v1/review-requests/{made['matter_id']}/steps"
    await call(harness, "POST", path, step("proposed", granted_cents=cents), harness.operator())
    await call(harness, "POST", path, step("counting"), harness.operator(subject="anna"))
    await harness.receive(answer_of(made, "counted", cents))
    return made


def old(foreign_id: str, state: str, **changes: Any) -> dict[str, Any]:
    return {
        "foreign_id": foreign_id,
        "facility_code": "cardio-cadorna",
        "person_id": str(PERSON),
        "state": state,
        "service_code": "DEN-1001",
        "opened_on": "2023-02-10",
        "dispensed_on": "2023-03-15" if state == "CHIUSA" else None,
        "fund_share_cents": 6_000,
        "member_share_cents": 2_000,
        "dental": True,
        "teeth": [36],
    } | changes


async def import_old(
    harness: Any, *bookings: dict[str, Any], dry_run: bool = False, headers: Any = None
) -> dict[str, Any]:
    path = f"/v1/booking-imports?dry_run={str(dry_run).lower()}"
    return await call(harness, "POST", path, {"bookings": list(bookings)}, headers or harness.operator())
