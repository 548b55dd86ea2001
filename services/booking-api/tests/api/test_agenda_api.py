"""Agendas: slots from recurring openings, on Italian days and times."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from booking_factories import FACILITY, OTHER_FACILITY, booking_body

PATH = f"/v1/facilities/{FACILITY}/agenda"
SLOTS = f"/v1/facilities/{FACILITY}/slots"


def opening(**changes: Any) -> dict[str, Any]:
    usual = {"weekday": 3, "begins": "10:00", "ends": "11:15", "minutes": 30, "service_code": "VIS-CARD"}
    return usual | {"doctor": "Elena Moretti"} | changes


async def keep(harness: Any, *openings: dict[str, Any], path: str = PATH, **rest: Any) -> Any:
    return await harness.client.put(path, json={"openings": openings, **rest}, headers=harness.facility())


async def free(harness: Any, first: str, before: str) -> list[str]:
    query = {"starts_from": f"{first}T00:00:00+01:00", "starts_before": f"{before}T00:00:00+01:00", "limit": 200}
    answer = await harness.client.get(SLOTS, params=query, headers=harness.member())
    assert answer.status_code == 200, answer.text
    return [one["starts_at"] for one in answer.json()["items"]]


async def test_the_agenda_publishes_its_weeks_without_holidays_and_closures(harness: Any):
    kept = await keep(
        harness,
        opening(),
        opening(weekday=5, begins="08:30", ends="09:00"),
        closures=[{"first_day": "2026-12-09", "last_day": "2026-12-09"}],
    )
    assert (kept.status_code, kept.json()["published_until"]) == (200, "2027-01-30")
    assert await free(harness, "2026-12-01", "2026-12-26") == [
        "2026-12-02T09:00:00Z",
        "2026-12-02T09:30:00Z",
        "2026-12-04T07:30:00Z",
        "2026-12-11T07:30:00Z",
        "2026-12-16T09:00:00Z",
        "2026-12-16T09:30:00Z",
        "2026-12-18T07:30:00Z",
        "2026-12-23T09:00:00Z",
        "2026-12-23T09:30:00Z",
    ]  # not on the 9th (closed), not on the 25th (holiday)
    again = await keep(harness, opening())
    assert again.json()["withdrawn"] > 0
    read = (await harness.client.get(PATH, headers=harness.facility())).json()
    assert [one["begins"] for one in read["openings"]] == ["10:00:00"]


async def test_a_new_day_is_added_as_days_pass_and_what_stands_is_left_alone(harness: Any):
    await keep(harness, opening())
    by_hand = {"starts_from": "2026-12-16T00:00:00+01:00", "starts_before": "2026-12-17T00:00:00+01:00", "slots": []}
    await harness.client.put(SLOTS, json=by_hand, headers=harness.facility())
    assert await harness.work.extend_agendas() == 0
    harness.clock.set(datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    assert [await harness.work.extend_agendas() for _ in range(2)] == [1, 0]
    assert await free(harness, "2026-12-16", "2026-12-17") == []
    assert await free(harness, "2027-02-03", "2027-02-04") == ["2027-02-03T09:00:00Z", "2027-02-03T09:30:00Z"]
    [row] = await harness.rows("select published_until from agenda")
    assert row["published_until"] == date(2027, 2, 5)


async def test_a_slot_of_the_agenda_is_booked_and_survives_the_next_agenda(harness: Any):
    await keep(harness, opening())
    query = {"starts_from": "2026-12-16T00:00:00+01:00", "limit": 2}
    found = (await harness.client.get(SLOTS, params=query, headers=harness.member())).json()["items"]
    body = booking_body(slot_id=found[1]["slot_id"], appointment_at=found[1]["starts_at"])
    made = await harness.client.post("/v1/bookings", json=body, headers=harness.member())
    assert made.status_code == 201, made.text
    await keep(harness)
    seen = await harness.client.get(f"/v1/bookings/{made.json()['booking_id']}", headers=harness.member())
    assert seen.json()["slot_id"] == found[1]["slot_id"]


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        (opening(service_code="VIS-ORTH", doctor=None), "/openings/0/service_code"),
        (opening(doctor="Nobody"), "/openings/0/doctor"),
        (opening(weekday=8), "/openings/0/weekday"),
        (opening(ends="09:00"), "/openings/0"),
        (opening(minutes=4), "/openings/0/minutes"),
    ],
)
async def test_openings_that_make_no_sense_are_refused(harness: Any, bad: Any, pointer: str):
    answer = await keep(harness, bad)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await harness.client.get(PATH, headers=harness.facility())).status_code == 404


async def test_each_facility_keeps_its_own_agenda_and_only_with_the_green_badge(harness: Any):
    path = f"/v1/facilities/{OTHER_FACILITY}/agenda"
    assert (await keep(harness, opening(), path=path)).status_code == 404
    yellow = await harness.client.put(path, json={"openings": [opening()]}, headers=harness.operator())
    assert yellow.json()["errors"][0]["rule"] == "not_bookable_online"
    nowhere = f"/v1/facilities/{uuid4()}/agenda"
    assert (await harness.client.put(nowhere, json={"openings": []}, headers=harness.operator())).status_code == 404
    assert (await harness.client.put(PATH, json={"openings": []}, headers=harness.member())).status_code == 403
