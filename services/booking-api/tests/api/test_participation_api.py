from typing import Any

import pytest
from booking_factories import FACILITY, VAT_NUMBER, booking_body, facility_body

CAMPAIGN = {
    "title_it": "Prevenzione del cuore",
    "title_en": "Heart prevention",
    "valid_from": "2026-12-01",
    "valid_to": "2027-02-01",
    "services": ["VIS-CARD"],
}


async def register(harness: Any, code: str = "cardio-cadorna", **changes: Any) -> Any:
    return await harness.client.put(f"/v1/facilities/{code}", json=facility_body(**changes), headers=harness.operator())


async def found(harness: Any, **query: Any) -> list[str]:
    answer = await harness.client.get("/v1/facilities", params=query, headers=harness.member())
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["items"]]


async def book(harness: Any, **changes: Any) -> Any:
    return await harness.client.post("/v1/bookings", json=booking_body(**changes), headers=harness.member())


async def put_campaign(harness: Any, **changes: Any) -> Any:
    return await harness.client.put("/v1/campaigns/CUORE-2026", json=CAMPAIGN | changes, headers=harness.operator())


def rules(answer: Any) -> list[tuple[str, str]]:
    return [(one["pointer"], one["rule"]) for one in answer.json()["errors"]]


async def test_a_facility_is_found_and_booked_while_it_takes_part(harness: Any):
    period = {"valid_from": "2026-12-15", "valid_to": "2027-01-10"}
    assert (await register(harness, participation=period)).json()["participation"] == period | {"direct": True}
    assert await found(harness) == ["dental-brera"]
    for near in ({}, {"near": "45.468,9.175"}):
        shown = await found(harness, available_from="2026-12-15", sort="name", **near)
        assert "cardio-cadorna" in shown
        assert "cardio-cadorna" not in await found(harness, available_from="2027-01-10", sort="name", **near)
    assert (await book(harness)).status_code == 201
    late = await book(harness, appointment_at="2027-01-11T10:30:00+01:00")
    assert (late.status_code, rules(late)) == (422, [("/facility_id", "facility_not_taking_part")])


async def test_an_indirect_facility_is_shown_as_such_and_not_booked(harness: Any):
    shown = await register(harness, participation={"direct": False})
    assert (shown.json()["participation"]["direct"], shown.json()["bookable_online"]) == (False, False)
    assert await found(harness, direct="true") == ["dental-brera"]
    assert await found(harness, direct="false", near="45.468,9.175") == ["cardio-cadorna"]
    refused = await book(harness)
    assert (refused.status_code, rules(refused)) == (422, [("/facility_id", "facility_indirect_only")])


async def test_data_that_leave_the_participation_out_change_nothing_of_it(harness: Any):
    await put_campaign(harness)
    await register(harness, participation={"valid_to": "2027-01-10"}, campaigns=["CUORE-2026"])
    known = (await register(harness, name="Altro nome")).json()
    assert (known["participation"]["valid_to"], known["campaigns"]) == ("2027-01-10", ["CUORE-2026"])
    ended = (await register(harness, participation={}, campaigns=[])).json()
    assert (ended["participation"]["valid_to"], ended["campaigns"]) == (None, [])


async def test_a_campaign_has_its_facilities_its_services_and_its_days(harness: Any):
    assert (await put_campaign(harness)).json() == CAMPAIGN | {"code": "CUORE-2026"}
    listed = await harness.client.get("/v1/campaigns", headers=harness.member())
    assert [one["code"] for one in listed.json()["items"]] == ["CUORE-2026"]
    outside = await book(harness, campaign="CUORE-2026")
    assert rules(outside) == [("/facility_id", "facility_not_in_campaign")]
    await register(harness, campaigns=["CUORE-2026"])
    assert await found(harness, campaign="CUORE-2026") == ["cardio-cadorna"]
    assert await found(harness, campaign="CUORE-2026", type="dentist") == []
    assert await found(harness, campaign="CUORE-2026", service="VIS-CARD") == ["cardio-cadorna"]
    assert await found(harness, campaign="CUORE-2026", service="DEN-1001") == []
    assert "cardio-cadorna" in await found(harness, type="specialist", service="VIS-CARD", near="45.468,9.175")
    made = await book(harness, campaign="CUORE-2026")
    assert (made.status_code, made.json()["campaign"]) == (201, "CUORE-2026")
    moved = await harness.client.post(
        f"/v1/bookings/{made.json()['booking_id']}/reschedule",
        json={"appointment_at": "2027-02-02T10:30:00+01:00"},
        headers=harness.member(),
    )
    assert rules(moved) == [("/appointment_at", "outside_campaign")]


async def test_a_campaign_that_nobody_knows_is_named(harness: Any):
    searched = await harness.client.get("/v1/facilities?campaign=NO", headers=harness.member())
    assert rules(searched) == [("/query/campaign", "unknown_campaign")]
    assert rules(await book(harness, campaign="NO")) == [("/campaign", "unknown_campaign")]
    assert rules(await register(harness, campaigns=["NO"])) == [("/campaigns/0", "unknown_campaign")]


@pytest.mark.parametrize(
    ("changes", "pointer", "rule"),
    [
        ({"services": ["NO-SUCH"]}, "/services/0", "unknown_service"),
        ({"services": ["VIS-CARD", "VIS-CARD"]}, "/services/1", "service_twice"),
        ({"valid_to": "2026-12-01"}, "/valid_to", "period_empty"),
        ({"services": []}, "/services", "too_short"),
    ],
)
async def test_bad_campaign_data_name_the_field(harness: Any, changes: dict[str, Any], pointer: str, rule: str):
    answer = await put_campaign(harness, **changes)
    assert (answer.status_code, rules(answer)) == (422, [(pointer, rule)])
    assert await harness.rows("select 1 from campaign") == []


async def test_only_the_network_office_makes_campaigns(harness: Any):
    for headers in (harness.member(), harness.facility()):
        answer = await harness.client.put("/v1/campaigns/CUORE-2026", json=CAMPAIGN, headers=headers)
        assert answer.status_code == 403


async def test_a_company_has_several_places_under_one_vat_number(harness: Any):
    assert (await register(harness, "other", facility_id=None, vat_number=VAT_NUMBER)).status_code == 200
    numbers = await harness.rows("select code from facility where vat_number = $1", VAT_NUMBER)
    assert {row["code"] for row in numbers} == {"cardio-cadorna", "other"}


async def test_a_new_company_name_takes_over_from_its_day(harness: Any):
    asked = {"new_name": "Beta srl", "effective_on": "2027-01-01", "text": "atto del 12/12"}
    made = await harness.client.post("/v1/facility-requests", json=asked, headers=harness.facility())
    assert made.status_code == 201, made.text
    path = f"/v1/facility-requests/{made.json()['matter_id']}/steps"
    step = {"to": "accepted", "text": "atto visto", "new_code": "beta-cadorna"}
    done = await harness.client.post(path, json=step, headers=harness.operator())
    assert done.status_code == 200, done.text
    assert (await book(harness)).status_code == 201
    late = await book(harness, appointment_at="2027-01-04T10:30:00+01:00")
    assert rules(late) == [("/facility_id", "facility_not_taking_part")]
    new = await book(
        harness, facility_id=done.json()["facts"]["new_facility_id"], appointment_at="2027-01-04T10:30:00Z"
    )
    assert new.status_code == 201
    assert str(FACILITY) != new.json()["facility"]["facility_id"]
