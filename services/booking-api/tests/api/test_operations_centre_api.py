import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from booking_factories import PRICE, adjudicated, booking_body, facility_body

LATE = {"appointment_at": "2026-12-02T10:30:00+01:00"}


async def send(harness: Any, booking_id: str, command: str, body: Any, headers: Any = None) -> Any:
    return await harness.client.post(
        f"/v1/bookings/{booking_id}/{command}", json=body, headers=headers or harness.operator()
    )


async def booked(harness: Any, headers: Any = None, **changes: Any) -> dict[str, Any]:
    answer = await harness.client.post(
        "/v1/bookings", json=booking_body(**changes), headers=headers or harness.member()
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def read(harness: Any, booking_id: str) -> Any:
    return (await harness.client.get(f"/v1/bookings/{booking_id}", headers=harness.operator())).json()


async def test_a_late_booking_confirmed_by_an_operator_goes_to_the_rules(harness: Any):
    late = await booked(harness, **LATE)
    assert (late["state"], late["reason"]) == ("not_authorised", "late")
    answer = await send(harness, late["booking_id"], "confirm", {"reason": "la struttura ha posto"})
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "requested", None)
    [event] = await harness.published("booking_requested")
    assert (event["booking_id"], event["request"]["amount_cents"]) == (late["booking_id"], PRICE)
    await harness.receive(adjudicated(late["booking_id"]))
    seen = await read(harness, late["booking_id"])
    assert seen["state"] == "authorised"
    assert [(one["to_state"], one["by"], one["reason"]) for one in seen["history"]] == [
        ("requested", "member", None),
        ("not_authorised", "member", "late"),
        ("requested", "operator", "la struttura ha posto"),
        ("authorised", "system", None),
    ]


async def test_a_late_booking_cannot_be_confirmed_once_its_appointment_has_begun(harness: Any):
    late = await booked(harness, **LATE)
    harness.clock.set(datetime(2026, 12, 2, 9, 30, tzinfo=UTC))
    answer = await send(harness, late["booking_id"], "confirm", {"reason": "troppo tardi"})
    assert (answer.status_code, answer.json()["code"]) == (409, "appointment_started")
    assert (await read(harness, late["booking_id"]))["state"] == "not_authorised"


async def test_a_confirmed_booking_that_is_never_decided_expires_at_its_appointment(harness: Any):
    late = await booked(harness, **LATE)
    await send(harness, late["booking_id"], "confirm", {"reason": "la struttura ha posto"})
    harness.clock.set(datetime(2026, 12, 2, 9, 30, tzinfo=UTC))
    assert await harness.work.expire_lapsed() == 1
    seen = await read(harness, late["booking_id"])
    assert (seen["state"], seen["indirect_claim"]["href"]) == ("expired", "/v1/cases")


async def test_a_referred_booking_is_decided_anew_with_the_papers_that_were_seen(harness: Any):
    first = (await booked(harness))["booking_id"]
    await harness.receive(adjudicated(first, "pend"))
    nothing = await send(harness, first, "confirm", {"reason": "visto"})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing_new")
    body = {"reason": "prescrizione ricevuta per e-mail", "documents": ["prescription"]}
    second = (await send(harness, first, "confirm", body)).json()
    assert (second["state"], second["replaces"], second["warnings"]) == ("requested", first, [])
    old = await read(harness, first)
    assert (old["state"], old["replaced_by"]) == ("replaced", second["booking_id"])
    [released] = await harness.published("booking_cancelled")
    assert (released["booking_id"], released["reason"]) == (first, "replaced")
    asked = (await harness.published("booking_requested"))[-1]
    assert (asked["booking_id"], asked["request"]["documents"]) == (second["booking_id"], ["prescription"])
    await harness.receive(adjudicated(first), adjudicated(second["booking_id"]))
    assert (await read(harness, first))["state"] == "replaced"
    assert (await read(harness, second["booking_id"]))["state"] == "authorised"


@pytest.mark.parametrize("kind", ["late", "referred"])
async def test_an_operator_refuses_with_a_reason_of_the_list(harness: Any, kind: str):
    booking_id = (await booked(harness, **(LATE if kind == "late" else {})))["booking_id"]
    if kind == "referred":
        await harness.receive(adjudicated(booking_id, "refer"))
    known = (await harness.client.get("/v1/bookings/refusal-reasons", headers=harness.operator())).json()["items"]
    unknown = await send(harness, booking_id, "refuse", {"reason_code": "non mi va"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/reason_code")
    answer = await send(harness, booking_id, "refuse", {"reason_code": "prescription_mismatch"})
    assert (answer.json()["state"], answer.json()["reason"]) == ("not_authorised", "denied")
    assert answer.json()["reasons"] == [one for one in known if one["code"] == "prescription_mismatch"]
    assert (await harness.published("booking_refused"))[-1]["reasons"][0]["code"] == "prescription_mismatch"
    for command, body in (("confirm", {"reason": "ripensato"}), ("refuse", {"reason_code": "not_covered"})):
        assert (await send(harness, booking_id, command, body)).json()["code"] == "booking_transition_forbidden"


async def test_what_needs_no_person_is_neither_confirmed_nor_refused(harness: Any):
    booking_id = (await booked(harness))["booking_id"]
    for _ in range(2):
        for command, body in (("confirm", {"reason": "perché sì"}), ("refuse", {"reason_code": "not_covered"})):
            answer = await send(harness, booking_id, command, body)
            assert (answer.status_code, answer.json()["code"]) == (409, "booking_transition_forbidden")
        await harness.receive(adjudicated(booking_id))


async def test_only_operators_decide(harness: Any):
    late = (await booked(harness, **LATE))["booking_id"]
    for headers in (harness.member(), harness.facility(), harness.operator(roles=["fund_admin"])):
        for command, body in (
            ("confirm", {"reason": "prego"}),
            ("refuse", {"reason_code": "not_covered"}),
            ("rectify", {"reason": "prego", "service_code": "DEN-1001"}),
        ):
            assert (await send(harness, late, command, body, headers)).status_code == 403


async def test_a_booking_by_telephone_is_entered_by_an_operator(harness: Any):
    made = await booked(harness, harness.operator())
    assert (made["channel"], made["state"]) == ("phone", "requested")
    assert (await booked(harness))["channel"] == "portal"
    [row] = await harness.rows("select actor from audit_entry where details ->> 'channel' = 'phone'")
    assert row["actor"] == "operator:giulia"


async def test_eye_surgery_needs_its_prescription_on_the_portal(harness: Any):
    prices = [{"service_code": "EYE-PRK", "price_cents": PRICE, "valid_from": "2026-01-01"}]
    body = facility_body(services=prices, doctors=[])
    await harness.client.put("/v1/facilities/cardio-cadorna", json=body, headers=harness.operator())
    asked = booking_body(service_code="EYE-PRK", doctor=None)
    answer = await harness.client.post("/v1/bookings", json=asked, headers=harness.member())
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["rule"]) == ("/prescription_document_id", "prescription_required")
    with_it = asked | {"prescription_document_id": str(uuid4())}
    made = await harness.client.post("/v1/bookings", json=with_it, headers=harness.member())
    assert (made.status_code, made.json()["warnings"]) == (201, [])
    by_phone = await harness.client.post("/v1/bookings", json=asked, headers=harness.operator())
    assert by_phone.json()["warnings"][0]["code"] == "prescription_advised"


async def test_a_visit_without_prescription_is_taken_with_a_warning(harness: Any):
    assert [one["code"] for one in (await booked(harness))["warnings"]] == ["prescription_advised"]


async def test_a_rectified_booking_has_a_new_decision_and_frees_the_old_reservation(harness: Any):
    first = (await booked(harness))["booking_id"]
    await harness.receive(adjudicated(first))
    harness.clock.set(datetime(2026, 12, 14, 8, 0, tzinfo=UTC))
    assert await harness.work.issue_due_letters() == 1
    harness.clock.set(datetime(2026, 12, 16, 9, 45, tzinfo=UTC))  # at the desk, the appointment has begun
    same = await send(harness, first, "rectify", {"reason": "nulla", "service_code": "VIS-CARD"})
    assert (same.status_code, same.json()["code"]) == (422, "nothing_new")
    body = {"reason": "la prescrizione dice altro", "service_code": "DEN-1001"}
    second = (await send(harness, first, "rectify", body)).json()
    assert (second["state"], second["service"]["code"], second["price_cents"]) == ("requested", "DEN-1001", 10_000)
    assert second["doctor"] is None
    events = await harness.rows("select type from outbox order by seq")
    assert [row["type"] for row in events[-2:]] == ["bookings.booking_cancelled.v1", "bookings.booking_requested.v1"]
    decided = adjudicated(second["booking_id"], price_cents=10_000, fund_share_cents=8_000, member_share_cents=2_000)
    await harness.receive(decided)
    assert await harness.work.issue_due_letters() == 1
    old, new = await read(harness, first), await read(harness, second["booking_id"])
    assert (old["state"], new["state"]) == ("replaced", "letter_sent")
    assert old["code"] != new["code"]
    shown = await harness.client.post("/v1/bookings/verify", json={"code": old["code"]}, headers=harness.facility())
    assert shown.json()["valid"] is False


async def test_two_rectifications_at_once_make_one_successor(harness: Any):
    first = (await booked(harness))["booking_id"]
    bodies = [{"reason": "doppio clic", "service_code": "DEN-1001"}] * 4
    answers = await asyncio.gather(*(send(harness, first, "rectify", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await harness.rows("select 1 from booking where replaces is not null")) == 1


async def test_a_booking_that_is_over_is_rectified_no_more(harness: Any):
    booking_id = (await booked(harness))["booking_id"]
    await harness.client.post(f"/v1/bookings/{booking_id}/cancel", headers=harness.member())
    answer = await send(harness, booking_id, "rectify", {"reason": "tardi", "service_code": "DEN-1001"})
    assert (answer.status_code, answer.json()["code"]) == (409, "booking_transition_forbidden")


async def test_a_member_moves_the_appointment_until_the_working_day_before(harness: Any):
    first = (await booked(harness))["booking_id"]
    await harness.receive(adjudicated(first))
    body = {"appointment_at": "2026-12-21T10:30:00+01:00"}
    assert (await send(harness, first, "reschedule", body, harness.other_member())).status_code == 404
    harness.clock.set(datetime(2026, 12, 15, 23, 0, tzinfo=UTC))  # the 16th in Italy, the day of the appointment
    answer = await send(harness, first, "reschedule", body, harness.member())
    assert (answer.json()["code"], answer.json()["last_day_to_reschedule"]) == ("reschedule_too_late", "2026-12-15")
    harness.clock.set(datetime(2026, 12, 15, 22, 59, tzinfo=UTC))
    answer = await send(harness, first, "reschedule", body, harness.member())
    moved = answer.json()
    assert (moved["state"], moved["replaces"], moved["appointment_at"]) == (
        "requested",
        first,
        "2026-12-21T10:30:00+01:00",
    )
    assert (await read(harness, first))["state"] == "replaced"
    for known_by in (first, moved["booking_id"]):
        event = (await harness.client.get(f"/v1/bookings/{known_by}/appointment.ics", headers=harness.member())).text
        assert f"UID:{first}@mutua\r\nSEQUENCE:3\r\n" in event
        assert "DTSTART:20261221T093000Z" in event
    again = await send(harness, first, "reschedule", body, harness.member())
    assert again.json()["code"] == "booking_transition_forbidden"


@pytest.mark.parametrize(
    ("moved_to", "code"),
    [
        ("2026-12-02T10:30:00+01:00", "booking_invalid"),
        ("2026-11-02T10:30:00+01:00", "booking_invalid"),
        ("2026-12-16T10:30:00+01:00", "nothing_new"),
    ],
)
async def test_a_move_that_is_refused_leaves_the_authorised_booking_standing(harness: Any, moved_to: str, code: str):
    first = (await booked(harness))["booking_id"]
    await harness.receive(adjudicated(first))
    answer = await send(harness, first, "reschedule", {"appointment_at": moved_to}, harness.member())
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/appointment_at"
    assert (await read(harness, first))["state"] == "authorised"
    assert await harness.published("booking_cancelled") == []


async def test_what_can_be_done_next_is_said_to_each(harness: Any):
    late = (await booked(harness, **LATE))["booking_id"]
    open_one = (await booked(harness))["booking_id"]

    async def actions(booking_id: str, headers: dict[str, str]) -> set[str]:
        seen = (await harness.client.get(f"/v1/bookings/{booking_id}", headers=headers)).json()
        return {action["name"] for action in seen["next"]["actions"]}

    assert await actions(late, harness.operator()) == {"confirm", "refuse", "claim_indirect"}
    assert await actions(late, harness.member()) == {"claim_indirect"}
    assert await actions(open_one, harness.member()) == {"cancel", "reschedule"}
    assert await actions(open_one, harness.operator()) == {"cancel", "reschedule", "rectify"}
    assert await actions(open_one, harness.facility()) == set()
