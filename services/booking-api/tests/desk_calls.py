"""What the tests of a facility's desk call."""

from datetime import UTC, datetime
from typing import Any

from booking_factories import adjudicated, booking_body

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
