import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from booking_factories import FACILITY, OTHER_FACILITY, adjudicated, booking_body, member_changed

DAY = {"starts_from": "2026-12-16T00:00:00+01:00", "starts_before": "2026-12-17T00:00:00+01:00"}
AT = "2026-12-16T10:30:00+01:00"
PATH = f"/v1/facilities/{FACILITY}/slots"


def slot(at: str = AT, **changes: Any) -> dict[str, Any]:
    return {"service_code": "VIS-CARD", "starts_at": at, "doctor": "Elena Moretti"} | changes


async def offer(harness: Any, *slots: dict[str, Any], headers: Any = None, path: str = PATH) -> Any:
    return await harness.client.put(path, json=DAY | {"slots": slots}, headers=headers or harness.facility())


async def free(harness: Any, **query: Any) -> list[dict[str, Any]]:
    answer = await harness.client.get(PATH, params=query, headers=harness.member())
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def one_slot(harness: Any) -> str:
    assert (await offer(harness, slot())).status_code == 200
    [found] = await free(harness)
    return str(found["slot_id"])


async def book(harness: Any, slot_id: str, headers: Any = None, **changes: Any) -> Any:
    body = booking_body(slot_id=slot_id, **changes)
    return await harness.client.post("/v1/bookings", json=body, headers=headers or harness.member())


async def hold(harness: Any, slot_id: str, headers: Any) -> Any:
    return await harness.client.post(f"{PATH}/{slot_id}/hold", headers=headers)


async def test_a_facility_offers_the_slots_of_a_day_and_the_same_body_changes_nothing(harness: Any):
    times = [slot("2026-12-16T09:00:00+01:00"), slot(), slot("2026-12-16T18:30:00+01:00", doctor=None)]
    assert (await offer(harness, *times)).json() == {"offered": 3, "withdrawn": 0}
    ids = [one["slot_id"] for one in await free(harness)]
    assert (await offer(harness, *times)).json() == {"offered": 3, "withdrawn": 0}
    assert [one["slot_id"] for one in await free(harness)] == ids
    assert (await offer(harness, times[1])).json() == {"offered": 1, "withdrawn": 2}
    assert [one["slot_id"] for one in await free(harness)] == [ids[1]]


async def test_free_slots_are_filtered_and_paged(harness: Any):
    await offer(
        harness, slot(), slot("2026-12-16T18:30:00+01:00", doctor=None), slot(AT, service_code="DEN-1001", doctor=None)
    )
    assert len(await free(harness, service="VIS-CARD")) == 2
    assert len(await free(harness, doctor="Elena Moretti")) == 1
    assert await free(harness, starts_from="2026-12-17T00:00:00+01:00") == []
    first = (await harness.client.get(PATH, params={"limit": 2}, headers=harness.member())).json()
    second = await free(harness, limit=2, cursor=first["next_cursor"])
    assert len({one["slot_id"] for one in first["items"] + second}) == 3


@pytest.mark.parametrize(
    ("bad", "pointer", "rule"),
    [
        (slot("2026-12-17T00:00:00+01:00"), "/slots/0/starts_at", "outside_window"),
        (slot(service_code="VIS-ORTH", doctor=None), "/slots/0/service_code", "service_not_offered"),
        (slot(doctor="Nobody"), "/slots/0/doctor", "unknown_doctor"),
    ],
)
async def test_slots_that_make_no_sense_are_refused(harness: Any, bad: Any, pointer: str, rule: str):
    answer = await offer(harness, bad)
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["rule"]) == (422, pointer, rule)
    assert await free(harness) == []


async def test_only_the_facility_itself_and_staff_offer_slots_and_only_green_ones(harness: Any):
    assert (await offer(harness, slot(), headers=harness.facility(facility_id=OTHER_FACILITY))).status_code == 404
    assert (await offer(harness, slot(), headers=harness.member())).status_code == 403
    assert (await offer(harness, slot(), headers=harness.operator())).status_code == 200
    yellow = await offer(harness, slot(), headers=harness.operator(), path=f"/v1/facilities/{OTHER_FACILITY}/slots")
    assert yellow.json()["errors"][0]["rule"] == "not_bookable_online"
    nowhere = await offer(harness, slot(), headers=harness.operator(), path=f"/v1/facilities/{uuid4()}/slots")
    assert nowhere.status_code == 404


async def test_a_booked_slot_is_free_again_only_when_the_booking_ends(harness: Any):
    slot_id = await one_slot(harness)
    made = await book(harness, slot_id, already_agreed=False)
    assert (made.status_code, made.json()["slot_id"]) == (201, slot_id)
    assert await free(harness) == []
    second = await book(harness, slot_id, harness.other_member())
    assert second.status_code == 404  # somebody else's family
    again = await book(harness, slot_id)
    assert (again.status_code, again.json()["code"]) == (409, "slot_taken")
    await harness.client.post(f"/v1/bookings/{made.json()['booking_id']}/cancel", headers=harness.member())
    assert [one["slot_id"] for one in await free(harness)] == [slot_id]
    assert (await book(harness, slot_id)).status_code == 201


async def test_a_held_slot_is_the_holders_until_the_hold_expires(harness: Any):
    slot_id = await one_slot(harness)
    held = await hold(harness, slot_id, harness.member())
    assert held.json() == {"slot_id": slot_id, "held_until": "2026-12-01T09:10:00Z"}
    assert await free(harness) == []
    assert (await hold(harness, slot_id, harness.member())).status_code == 200
    assert (await hold(harness, slot_id, harness.other_member())).json()["code"] == "slot_taken"
    assert (await book(harness, slot_id, harness.operator())).json()["code"] == "slot_taken"
    harness.clock.set(datetime(2026, 12, 1, 9, 9, 59, tzinfo=UTC))
    assert (await hold(harness, slot_id, harness.other_member())).status_code == 409
    harness.clock.set(datetime(2026, 12, 1, 9, 10, tzinfo=UTC))
    assert len(await free(harness)) == 1
    assert (await hold(harness, slot_id, harness.other_member())).status_code == 200
    assert (await book(harness, slot_id)).json()["code"] == "slot_taken"
    harness.clock.set(datetime(2026, 12, 1, 9, 20, tzinfo=UTC))
    assert (await book(harness, slot_id)).status_code == 201
    assert (await hold(harness, slot_id, harness.member())).json()["code"] == "slot_taken"


@pytest.mark.parametrize(
    "changes",
    [{"appointment_at": "2026-12-16T11:00:00+01:00"}, {"service_code": "DEN-1001", "doctor": None}],
)
async def test_a_booking_that_is_not_for_the_slot_is_refused(harness: Any, changes: dict[str, Any]):
    answer = await book(harness, await one_slot(harness), **changes)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "slot_differs")
    assert len(await free(harness)) == 1


async def test_unknown_withdrawn_and_past_slots_are_not_booked(harness: Any):
    slot_id = await one_slot(harness)
    assert (await book(harness, str(uuid4()))).json()["code"] == "slot_not_found"
    await offer(harness)
    assert (await book(harness, slot_id)).json()["code"] == "slot_taken"
    await offer(harness, slot())
    harness.clock.set(datetime(2026, 12, 16, 9, 30, tzinfo=UTC))
    assert (await hold(harness, slot_id, harness.member())).json()["code"] == "slot_taken"


async def test_thirty_two_members_race_for_one_slot(harness: Any):
    slot_id = await one_slot(harness)
    families = [(UUID(int=1000 + i), UUID(int=2000 + i)) for i in range(32)]
    await harness.receive(*(member_changed(member_id=one, persons={person: "member"}) for one, person in families))
    answers = await asyncio.gather(
        *(
            book(harness, slot_id, harness.member(subject=f"m{i}", member_id=one), person_id=str(person))
            for i, (one, person) in enumerate(families)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 31
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"slot_taken"}
    assert len(await harness.rows("select 1 from booking where slot_id = $1", UUID(slot_id))) == 1
    assert len(await harness.published("booking_requested")) == 1


async def test_the_database_itself_refuses_two_standing_bookings_on_a_slot(harness: Any):
    slot_id = await one_slot(harness)
    await book(harness, slot_id)
    await harness.client.post("/v1/bookings", json=booking_body(), headers=harness.member())
    with pytest.raises(asyncpg.UniqueViolationError, match="booking_one_on_a_slot"):
        await harness.rows("update booking set slot_id = $1", UUID(slot_id))


async def test_a_late_booking_takes_its_slot_only_when_it_is_confirmed(harness: Any):
    near = {"starts_from": "2026-12-02T00:00:00+01:00", "starts_before": "2026-12-03T00:00:00+01:00"}
    at = "2026-12-02T10:30:00+01:00"
    await harness.client.put(PATH, json=near | {"slots": [slot(at)]}, headers=harness.facility())
    [found] = await free(harness)
    late = [(await book(harness, found["slot_id"], appointment_at=at)).json() for _ in range(2)]
    assert {one["state"] for one in late} == {"not_authorised"}
    confirm = [
        await harness.client.post(
            f"/v1/bookings/{one['booking_id']}/confirm", json={"reason": "c'è posto"}, headers=harness.operator()
        )
        for one in late
    ]
    assert [(one.status_code, one.json().get("code")) for one in confirm] == [(200, None), (409, "slot_taken")]


async def test_a_move_frees_the_old_slot_and_a_rectification_keeps_it(harness: Any):
    later = "2026-12-16T15:00:00+01:00"
    await offer(harness, slot(), slot(later))
    first, second = (one["slot_id"] for one in await free(harness))
    booked = (await book(harness, first)).json()
    await harness.receive(adjudicated(booked["booking_id"]))
    papers = {"reason": "prescrizione vista", "documents": ["prescription"]}
    rectified = await harness.client.post(
        f"/v1/bookings/{booked['booking_id']}/rectify", json=papers, headers=harness.operator()
    )
    assert (rectified.status_code, rectified.json()["slot_id"]) == (200, first)
    assert [one["slot_id"] for one in await free(harness)] == [second]
    moved = await harness.client.post(
        f"/v1/bookings/{rectified.json()['booking_id']}/reschedule",
        json={"appointment_at": later, "slot_id": second},
        headers=harness.member(),
    )
    assert (moved.status_code, moved.json()["slot_id"]) == (200, second)
    assert [one["slot_id"] for one in await free(harness)] == [first]
