from datetime import date
from typing import Any

import pytest
from booking_factories import FACILITY, OTHER_FACILITY, booking_body
from desk_calls import VISIT, answer_of, booked, call, closed, import_old, old, step, told_of


async def test_a_review_of_what_was_paid_in_part(harness: Any):
    one = await closed(harness)
    body = {"booking_id": one["booking_id"], "asked_cents": 10_000, "text": "la quota è del 90 %"}
    for asked, status in ((9_000, 409), (12_001, 422)):
        answer = await call(harness, "POST", "/v1/review-requests", body | {"asked_cents": asked})
        assert answer["status_code"] == status
    made = await call(harness, "POST", "/v1/review-requests", body)
    assert (made["status_code"], made["state"], made["facts"]["settled_cents"]) == (201, "open", 9_000)
    assert (await call(harness, "POST", "/v1/review-requests", body))["code"] == "review_forbidden"
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    path = f"/v1/review-requests/{made['matter_id']}/steps"
    assert (await call(harness, "POST", path, step("withdrawn"), elsewhere))["status_code"] == 404
    own = await call(harness, "POST", path, step("proposed", granted_cents=10_000))
    assert (own["status_code"], own["allowed"]) == (409, ["withdrawn"])
    wrong = await call(harness, "POST", path, step("proposed", granted_cents=10_001), harness.operator())
    assert (wrong["status_code"], wrong["errors"][0]["pointer"]) == (422, "/granted_cents")
    alone = await call(harness, "POST", path, step("counting", granted_cents=9_500), harness.operator())
    assert (alone["status_code"], alone["allowed"]) == (409, ["confirmed", "proposed"])
    await call(harness, "POST", path, step("proposed", granted_cents=9_500), harness.operator())
    assert (await call(harness, "POST", "/v1/review-requests", body))["code"] == "review_forbidden"
    same = await call(harness, "POST", path, step("counting"), harness.operator())
    assert same["code"] == "second_person_needed"
    other = await call(harness, "POST", path, step("counting", granted_cents=9_600), harness.operator(subject="anna"))
    assert (other["status_code"], other["errors"][0]["rule"]) == (422, "as_proposed")
    granted = await call(harness, "POST", path, step("counting"), harness.operator(subject="anna"))
    assert (granted["state"], granted["next"]) == ("counting", {"increased": "rules", "open": "rules"})
    assert (await call(harness, "POST", "/v1/review-requests", body))["code"] == "review_forbidden"
    own = await call(harness, "POST", path, step("increased"), harness.operator(subject="anna"))
    assert (own["status_code"], own["allowed"]) == (409, [])
    [asked] = await told_of(harness, "booking_review_granted")
    assert [asked[name] for name in ("matter_id", "booking_id", "previous_cents", "granted_cents", "delta_cents")] == [
        made["matter_id"],
        one["booking_id"],
        9_000,
        9_500,
        500,
    ]
    assert await told_of(harness, "booking_corrected") == []
    counted = answer_of(made, "counted", 9_500)
    await harness.receive(counted, counted, answer_of(made, "counted", 9_500), answer_of(made, "refused", 9_500))
    [done] = (await call(harness, "GET", "/v1/review-requests"))["items"]
    assert (done["state"], done["next"], [one["by"] for one in done["steps"]]) == (
        "increased",
        {},
        ["facility", "fund", "fund", "rules"],
    )
    [told] = await told_of(harness, "booking_corrected")
    assert {name: told[name] for name in ("matter_id", "previous_cents", "payable_cents", "delta_cents")} == {
        "matter_id": made["matter_id"],
        "previous_cents": 9_000,
        "payable_cents": 9_500,
        "delta_cents": 500,
    }
    again = await call(harness, "POST", "/v1/review-requests", body)
    assert (again["status_code"], again["facts"]["settled_cents"]) == (201, 9_500)
    listed = await call(harness, "GET", "/v1/review-requests?state=increased", headers=harness.operator())
    assert [one["matter_id"] for one in listed["items"]] == [made["matter_id"]]
    assert (await call(harness, "GET", "/v1/review-requests", headers=elsewhere))["items"] == []


async def test_an_increase_that_a_limit_refuses_opens_the_review_again(harness: Any):
    one = await closed(harness)
    body = {"booking_id": one["booking_id"], "asked_cents": 10_000, "text": "la quota è del 90 %"}
    made = await call(harness, "POST", "/v1/review-requests", body)
    path = f"/v1/review-requests/{made['matter_id']}/steps"
    await call(harness, "POST", path, step("proposed", granted_cents=9_500), harness.operator())
    await call(harness, "POST", path, step("counting"), harness.operator(subject="anna"))
    refused = answer_of(made, "refused", 9_500)
    await harness.receive(refused, refused, answer_of(made, "counted", 9_500))
    [seen] = (await call(harness, "GET", "/v1/review-requests"))["items"]
    last = seen["steps"][-1]
    assert (seen["state"], last["by"], last["text"], last["facts"]["most_cents"]) == (
        "open",
        "rules",
        "al massimo 3,00 €",
        300,
    )
    assert await told_of(harness, "booking_corrected") == []
    await call(harness, "POST", path, step("proposed", granted_cents=9_300), harness.operator())
    await call(harness, "POST", path, step("counting"), harness.operator(subject="anna"))
    await harness.receive(answer_of(made, "refused", 9_500), answer_of(made, "counted", 9_300))
    assert [told["delta_cents"] for told in await told_of(harness, "booking_corrected")] == [300]


async def test_the_fund_asks_for_a_paper_and_the_facility_answers(harness: Any):
    one = await closed(harness)
    open_ = await booked(harness, **VISIT)
    body = {"booking_id": one["booking_id"], "text": "manca la prescrizione", "papers": ["prescription"]}
    early = body | {"booking_id": open_["booking_id"]}
    assert (await call(harness, "POST", "/v1/integration-requests", early, harness.operator()))["status_code"] == 409
    assert (await call(harness, "POST", "/v1/integration-requests", body))["status_code"] == 403
    made = await call(harness, "POST", "/v1/integration-requests", body, harness.operator())
    [seen] = (await call(harness, "GET", "/v1/integration-requests?state=open"))["items"]
    assert (seen["matter_id"], seen["facts"]["papers"]) == (made["matter_id"], ["prescription"])
    path = f"/v1/integration-requests/{made['matter_id']}/steps"
    assert (await call(harness, "POST", path, step("answered")))["state"] == "answered"
    again = await call(harness, "POST", path, step("open"), harness.operator())
    assert (again["state"], again["next"]) == ("open", {"answered": "facility", "closed": "fund"})


async def test_tariffs_are_negotiated_and_hold_from_their_day(harness: Any):
    body = {
        "effective_on": "2027-01-01",
        "lines": [{"service_code": "VIS-CARD", "price_cents": 13_000}],
        "text": "adeguamento",
    }
    for fault, rule in (
        ({"effective_on": "2026-12-01"}, "not_in_future"),
        ({"lines": body["lines"] * 2}, "service_twice"),
        ({"lines": [{"service_code": "NO", "price_cents": 1}]}, "unknown_service"),
    ):
        refused = await call(harness, "POST", "/v1/tariff-proposals", body | fault)
        assert (refused["status_code"], refused["errors"][0]["rule"]) == (422, rule)
    made = await call(harness, "POST", "/v1/tariff-proposals", body)
    path = f"/v1/tariff-proposals/{made['matter_id']}/steps"
    assert (await call(harness, "POST", path, step("accepted")))["status_code"] == 409
    counter = step("countered", lines=[{"service_code": "VIS-CARD", "price_cents": 12_500}])
    assert (await call(harness, "POST", path, counter, harness.operator()))["state"] == "countered"
    agreed = await call(harness, "POST", path, step("accepted"))
    assert (agreed["state"], agreed["facts"]["lines"][0]["price_cents"]) == ("accepted", 12_500)
    rows = await harness.rows(
        "select price_cents, valid_from, valid_to from agreed_service where facility_id = $1 "
        "and service_code = 'VIS-CARD' order by valid_from desc limit 2",
        FACILITY,
    )
    assert [tuple(row) for row in rows] == [
        (12_500, date(2027, 1, 1), None),
        (12_000, date(2026, 1, 1), date(2027, 1, 1)),
    ]
    for day, price in (("2026-12-31T10:00:00+01:00", 12_000), ("2027-01-04T10:00:00+01:00", 12_500)):
        booked_ = await harness.client.post(
            "/v1/bookings", json=booking_body(appointment_at=day), headers=harness.member()
        )
        assert booked_.json()["price_cents"] == price


async def test_a_new_company_name_is_a_new_position_beside_the_old_one(harness: Any):
    one = await closed(harness)
    body = {"new_name": "Beta srl", "effective_on": "2027-01-01", "text": "atto del 12/12"}
    made = await call(harness, "POST", "/v1/facility-requests", body)
    path = f"/v1/facility-requests/{made['matter_id']}/steps"
    assert (await call(harness, "POST", path, step("accepted"), harness.operator()))["status_code"] == 422
    taken = await call(harness, "POST", path, step("accepted", new_code="dental-brera"), harness.operator())
    assert taken["status_code"] == 409
    done = await call(harness, "POST", path, step("accepted", new_code="beta-cadorna"), harness.operator())
    new_id = done["facts"]["new_facility_id"]
    rows = await harness.rows("select name, code from facility where facility_id = any($1)", [FACILITY, new_id])
    assert {row["name"] for row in rows} == {"Beta srl", "Centro Cardiologico Cadorna"}
    assert (await call(harness, "GET", f"/v1/bookings/{one['booking_id']}"))["facility"]["facility_id"] == str(FACILITY)
    [link] = await harness.rows("select old_id, new_id from facility_succession")
    assert (str(link["old_id"]), str(link["new_id"])) == (str(FACILITY), new_id)


async def test_a_facility_reports_wrong_imported_data_and_the_fund_answers(passing: Any):
    await import_old(passing, old("S-1", "CHIUSA"))
    body = {"about": "imported_data", "foreign_id": "S-1", "text": "manca il dente 37"}
    wrong = await call(passing, "POST", "/v1/defect-reports", body | {"foreign_id": "S-2"})
    assert (wrong["status_code"], wrong["errors"][0]["pointer"]) == (422, "/foreign_id")
    elsewhere = passing.facility(facility_id=OTHER_FACILITY)
    assert (await call(passing, "POST", "/v1/defect-reports", body, elsewhere))["status_code"] == 422
    made = await call(passing, "POST", "/v1/defect-reports", body)
    assert (made["status_code"], made["next"]) == (201, {"answered": "fund", "withdrawn": "facility"})
    path = f"/v1/defect-reports/{made['matter_id']}/steps"
    assert (await call(passing, "POST", path, step("answered"), passing.operator()))["state"] == "answered"
    done = await call(passing, "POST", path, step("closed"))
    assert (done["state"], done["facts"]["foreign_id"]) == ("closed", "S-1")
    portal = await call(passing, "POST", "/v1/defect-reports", {"about": "portal", "text": "la distinta non si apre"})
    assert portal["status_code"] == 201


@pytest.mark.parametrize("path", ["review-requests", "tariff-proposals", "remittances", "facility-requests"])
async def test_members_see_none_of_it(harness: Any, path: str):
    assert (await call(harness, "GET", f"/v1/{path}", headers=harness.member()))["status_code"] == 403
