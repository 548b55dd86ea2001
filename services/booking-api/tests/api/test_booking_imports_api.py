import json
from typing import Any

from booking_factories import OTHER_FACILITY, OTHER_PERSON, booking_body
from desk_calls import DENTAL, VISIT, booked, call, import_old, old


async def test_only_closed_bookings_come_over_and_open_ones_keep_the_person_back(passing: Any):
    rows = (
        old("S-1", "CHIUSA"),
        old("S-2", "APPROVATA", person_id=str(OTHER_PERSON)),
        old("S-3", "CHIUSA", facility_code="nobody"),
        old("S-4", "CHIUSA", person_id=str(OTHER_FACILITY)),
    )
    tried = await import_old(passing, *rows, dry_run=True)
    assert (tried["status_code"], tried["imported"]) == (201, 1)
    assert await passing.rows("select 1 from foreign_booking") == []
    done = await import_old(passing, *rows)
    assert [(one["foreign_id"], one["rule"]) for one in done["skipped"]] == [
        ("S-2", "KOP-MIG-05"),
        ("S-3", "facility_unknown"),
        ("S-4", "person_unknown"),
    ]
    read = await call(passing, "GET", f"/v1/booking-imports/{done['import_id']}", headers=passing.operator())
    assert read["skipped"] == done["skipped"]
    refused = await passing.client.post(
        "/v1/bookings", json=booking_body(person_id=str(OTHER_PERSON)), headers=passing.other_member()
    )
    assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (422, "KOP-MIG-07")
    await import_old(passing, old("S-2", "CHIUSA", person_id=str(OTHER_PERSON)))
    allowed = await passing.client.post(
        "/v1/bookings", json=booking_body(person_id=str(OTHER_PERSON)), headers=passing.other_member()
    )
    assert allowed.status_code == 201


async def test_shares_stay_frozen_and_the_previous_booking_is_shown(passing: Any):
    await import_old(passing, old("S-1", "CHIUSA"))
    await import_old(passing, old("S-1", "CHIUSA", fund_share_cents=1))
    [seen] = (await call(passing, "GET", "/v1/booking-imports"))["items"]
    assert (seen["fund_share_cents"], seen["member_share_cents"], seen["teeth"]) == (6_000, 2_000, [36])
    elsewhere = passing.facility(facility_id=OTHER_FACILITY)
    assert (await call(passing, "GET", "/v1/booking-imports", headers=elsewhere))["items"] == []
    one = await booked(passing, price=10_000, **DENTAL)
    verified = await call(passing, "POST", "/v1/bookings/verify", {"code": one["code"]})
    assert verified["previous_imported"] == [
        {"foreign_id": "S-1", "service_code": "DEN-1001", "dispensed_on": "2023-03-15", "teeth": [36]}
    ]


async def test_a_fund_that_comes_from_nowhere_imports_nothing(harness: Any):
    assert (await import_old(harness, old("S-1", "CHIUSA")))["code"] == "transition_unknown"
    assert (await import_old(harness, old("S-1", "CHIUSA"), headers=harness.facility()))["status_code"] == 403


async def test_what_is_not_paid_yet_becomes_payable_once(passing: Any):
    rows = (old("S-1", "CHIUSA"), old("S-1", "CHIUSA"), old("S-2", "CHIUSA", paid=True), old("S-3", "APPROVATA"))
    told = "select data from outbox where type = 'bookings.booking_closed.v1'"
    assert (await import_old(passing, *rows, dry_run=True))["payable_cents"] == 6_000
    assert await passing.rows(told) == []
    assert (await import_old(passing, *rows))["payable_cents"] == 6_000
    assert (await import_old(passing, *rows))["payable_cents"] == 0
    [event] = [json.loads(row["data"]) for row in await passing.rows(told)]
    assert (event["code"], event["fund_share_cents"], event["imported"]) == ("S-1", 6_000, True)


async def test_an_open_old_booking_keeps_renewals_and_variations_back_too(passing: Any):
    one = await booked(passing, **VISIT)
    again = f"/v1/bookings/{one['booking_id']}/renew"
    next_cycle = {"appointment_at": "2027-02-15T10:30:00+01:00"}
    besides = f"/v1/bookings/{one['booking_id']}/variations"
    await import_old(passing, old("S-1", "APPROVATA"))
    refused = await call(passing, "POST", again, next_cycle, passing.member())
    assert (refused["status_code"], refused["errors"][0]["rule"]) == (422, "KOP-MIG-07")
    refused = await call(passing, "POST", besides, {"service_code": "DEN-1001"})
    assert (refused["status_code"], refused["errors"][0]["rule"]) == (422, "KOP-DEN-02")
    await import_old(passing, old("S-1", "CHIUSA"))
    assert (await call(passing, "POST", again, next_cycle, passing.member()))["status_code"] == 201
    assert (await call(passing, "POST", besides, {"service_code": "DEN-1001"}))["status_code"] == 201


async def test_a_stranger_learns_nothing_of_a_persons_old_bookings(passing: Any):
    await import_old(passing, old("S-1", "APPROVATA"))
    refused = await call(passing, "POST", "/v1/bookings", booking_body(), passing.other_member())
    assert (refused["status_code"], refused["code"]) == (404, "person_not_found")
