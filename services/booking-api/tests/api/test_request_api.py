from typing import Any
from uuid import UUID, uuid4

import pytest
from booking_factories import (
    OTHER_FACILITY,
    OTHER_MEMBER,
    OTHER_PERSON,
    PRICE,
    SPOUSE,
    booking_body,
    facility_body,
    member_changed,
)


async def request(harness: Any, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    return await harness.client.post("/v1/bookings", json=booking_body(**changes), headers=headers or harness.member())


async def test_a_request_in_time_goes_to_the_rules(harness: Any):
    document = uuid4()
    answer = await request(harness, prescription_document_id=str(document))
    made = answer.json()
    assert (answer.status_code, made["state"], made["state_label"]["it"]) == (201, "requested", "RICHIESTA")
    assert answer.headers["location"] == f"/v1/bookings/{made['booking_id']}"
    assert (made["price_cents"], made["last_day_in_time"], made["indirect_claim"]) == (PRICE, "2026-12-14", None)
    [event] = await harness.published("booking_requested")
    assert event["request"] == {
        "mode": "direct",
        "article": "3.6",
        "expense_date": "2026-12-16",
        "received_on": "2026-12-01",
        "channel": "portal",
        "amount_cents": PRICE,
        "currency": "EUR",
        "quantity": 1,
        "items": [],
        "ssn_ticket": False,
        "stamp_duty_cents": 0,
        "other_fund_refund_cents": 0,
        "provider": {"kind": "specialist", "specialty": "cardiologia"},
        "service": "visita specialistica",
        "documents": ["prescription"],
        "extra": {"specialization_on_invoice": True},
    }
    assert event["beneficiary"]["relation"] == "member"
    assert event["member"]["category"] == "employee"


async def test_a_late_request_says_what_would_have_been_in_time_and_offers_the_claim(harness: Any):
    answer = await request(harness, appointment_at="2026-12-02T10:30:00+01:00", person_id=str(SPOUSE))
    made = answer.json()
    assert (answer.status_code, made["state"], made["reason"]) == (201, "not_authorised", "late")
    assert made["state_label"] == {"it": "NON CONFERMATA", "en": "NOT CONFIRMED"}
    assert (made["last_day_in_time"], made["first_possible_appointment"]) == ("2026-11-30", "2026-12-03")
    assert made["indirect_claim"] == {
        "href": "/v1/cases",
        "draft_href": f"/v1/bookings/{made['booking_id']}/claim-draft",
        "prefill": {
            "mode": "indirect",
            "person_id": str(SPOUSE),
            "article": "3.6",
            "service": "Visita specialistica cardiologica",
        },
    }
    assert "30/11/2026" in made["reasons"][0]["text_it"]
    assert {action["name"] for action in made["next"]["actions"]} == {"claim_indirect"}
    [event] = await harness.published("booking_refused")
    assert (event["reason"], event["last_day_in_time"]) == ("late", "2026-11-30")
    assert await harness.published("booking_requested") == []


async def test_the_claim_that_is_left_comes_prefilled_and_only_to_the_family(harness: Any):
    late = {"appointment_at": "2026-12-02T10:30:00+01:00", "person_id": str(SPOUSE)}
    made = (await request(harness, **late, prescription_document_id=str(uuid4()))).json()
    path = f"/v1/bookings/{made['booking_id']}/claim-draft"
    drafted = (await harness.client.get(path, headers=harness.member())).json()
    assert drafted["body"] == {
        "mode": "indirect",
        "person_id": str(SPOUSE),
        "article": "3.6",
        "service": "visita specialistica",
        "provider": {"kind": "specialist", "specialty": "cardiologia"},
        "documents": [{"document_id": drafted["body"]["documents"][0]["document_id"]}],
    }
    assert drafted["missing"] == ["document_number", "document_date", "amount_cents"]
    assert (await harness.client.get(path, headers=harness.other_member())).status_code == 404
    standing = (await request(harness)).json()["booking_id"]
    refused = await harness.client.get(f"/v1/bookings/{standing}/claim-draft", headers=harness.member())
    assert (refused.status_code, refused.json()["code"]) == (409, "direct_way_open")
    dental = {"appointment_at": "2026-12-02T10:30:00+01:00", "service_code": "DEN-1001", "doctor": None}
    direct_only = (await request(harness, **dental)).json()["booking_id"]
    refused = await harness.client.get(f"/v1/bookings/{direct_only}/claim-draft", headers=harness.member())
    assert (refused.status_code, refused.json()["code"]) == (409, "indirect_not_covered")


async def test_no_claim_is_offered_where_the_plan_has_no_indirect_mode(harness: Any):
    answer = await request(harness, appointment_at="2026-12-02T10:30:00+01:00", service_code="DEN-1001", doctor=None)
    assert (answer.json()["reason"], answer.json()["indirect_claim"]) == ("late", None)


async def test_a_dental_request_carries_its_tariff_row(harness: Any):
    await request(harness, service_code="DEN-1001", doctor=None)
    [event] = await harness.published("booking_requested")
    assert event["request"]["items"] == [{"article": "5.1", "code": "1001", "quantity": 1, "amount_cents": 10_000}]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"appointment_at": "2026-11-30T10:30:00+01:00"}, "/appointment_at"),
        ({"appointment_at": "2026-12-16T10:30:00"}, "/appointment_at"),
        ({"appointment_at": "9999-12-31T23:59:59+00:00"}, "/appointment_at"),
        ({"facility_id": str(uuid4())}, "/facility_id"),
        ({"service_code": "VIS-ORTH"}, "/service_code"),
        ({"appointment_at": "2027-07-15T10:30:00+02:00"}, "/service_code"),
        ({"doctor": "Gregory House"}, "/doctor"),
        ({"facility_id": str(OTHER_FACILITY), "already_agreed": False}, "/already_agreed"),
        ({"phone": "call me"}, "/phone"),
        ({"already_agreed": "yes"}, "/already_agreed"),
        ({"price_cents": 1}, "/price_cents"),
    ],
)
async def test_a_bad_request_names_the_field_and_changes_nothing(harness: Any, change: dict[str, Any], pointer: str):
    answer = await request(harness, **change)
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    assert await harness.rows("select 1 from booking") == []
    assert await harness.rows("select 1 from outbox") == []


async def test_a_person_of_another_family_is_not_found(harness: Any):
    answer = await request(harness, person_id=str(OTHER_PERSON))
    assert (answer.status_code, answer.json()["code"]) == (404, "person_not_found")
    assert answer.json()["errors"][0]["pointer"] == "/person_id"


async def test_an_operator_books_for_anybody_of_the_fund(harness: Any):
    answer = await request(harness, harness.operator(), person_id=str(OTHER_PERSON))
    assert (answer.status_code, answer.json()["member_id"]) == (201, str(OTHER_MEMBER))
    assert (await harness.rows("select channel from booking"))[0]["channel"] == "phone"


async def test_another_fund_sees_neither_person_nor_facility(harness: Any):
    stranger = UUID("01990000-0000-7000-8000-00000000ee02")
    changed = member_changed(
        member_id=UUID("01990000-0000-7000-8000-00000000ee01"), persons={stranger: "member"}, fund="other"
    )
    await harness.receive(changed)
    assert (await request(harness, harness.operator(), person_id=str(stranger))).status_code == 404


async def test_without_a_plan_the_request_waits(empty: Any):
    await empty.receive(member_changed())
    await empty.client.put("/v1/facilities/cardio-cadorna", json=facility_body(), headers=empty.operator())
    answer = await request(empty)
    assert (answer.status_code, answer.json()["code"]) == (503, "plan_unknown")


async def test_the_same_key_answers_once_and_refuses_another_body(harness: Any):
    headers = harness.member()
    first = await request(harness, headers)
    again = await request(harness, headers)
    other = await request(harness, headers, doctor=None)
    assert again.json()["booking_id"] == first.json()["booking_id"]
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await harness.rows("select 1 from booking")) == 1


async def test_a_request_needs_a_key_and_a_member_or_operator(harness: Any):
    without_key = harness.member()
    del without_key["Idempotency-Key"]
    assert (await request(harness, without_key)).status_code == 422
    assert (await request(harness, harness.facility())).status_code == 403


async def test_an_older_version_of_a_family_changes_nothing(harness: Any):
    child = uuid4()
    await harness.receive(member_changed(version=3, persons={child: "child"}), member_changed(version=2))
    rows = await harness.rows("select person_id from person p join member m using (member_id) where m.version = 3")
    assert [row["person_id"] for row in rows] == [child]
    assert (await request(harness)).status_code == 404
