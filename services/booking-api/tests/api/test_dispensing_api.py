import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
from booking_factories import OTHER_FACILITY, adjudicated
from desk_calls import DAY, DENTAL, VISIT, booked, call, report

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def pdf(**root: Any) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    for name, value in root.items():
        made.Root["/" + name] = value
    made.save(out)
    return out.getvalue()


async def test_an_invoice_that_differs_is_suspended_corrected_and_closed(harness: Any):
    one = await booked(harness, **VISIT)
    here = f"/v1/bookings/{one['booking_id']}"
    seen = await call(harness, "POST", f"{here}/dispense", report(12_001))
    assert (seen["status_code"], seen["state"], seen["state_label"]["it"]) == (200, "suspended", "SOSPESA")
    [why] = seen["differences"]
    assert (why["code"], why["expected_cents"], why["found_cents"]) == (
        "amount_differs_from_agreed_price",
        12_000,
        12_001,
    )
    assert await harness.published("booking_closed") == []
    assert (await call(harness, "POST", f"{here}/dispense", report(12_000)))["status_code"] == 409
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    assert (await call(harness, "PUT", f"{here}/dispensing", report(12_000), elsewhere))["status_code"] == 404
    seen = await call(harness, "PUT", f"{here}/dispensing", report(12_000))
    assert (seen["state"], seen["differences"]) == ("closed", [])
    assert (await call(harness, "PUT", f"{here}/dispensing", report(12_000)))["status_code"] == 409
    [event] = await harness.published("booking_closed")
    assert (event["invoice_number"], event["fund_share_cents"]) == ("2026/1", 9_000)
    rows = await harness.rows("select amount_cents, superseded_at is null as counts from invoiced_booking order by 1")
    assert [tuple(row) for row in rows] == [(12_000, True), (12_001, False)]


async def test_an_operator_releases_a_suspension_with_the_authorised_share(harness: Any):
    one = await booked(harness, **VISIT)
    here = f"/v1/bookings/{one['booking_id']}"
    await call(harness, "POST", f"{here}/dispense", report(13_000))
    refused = await call(harness, "POST", f"{here}/release", {"reason": "chiarito"})
    assert refused["status_code"] == 403
    seen = await call(harness, "POST", f"{here}/release", {"reason": "nota di credito"}, harness.operator())
    assert seen["state"] == "closed"
    assert (await harness.published("booking_closed"))[0]["fund_share_cents"] == 9_000


async def test_dental_care_given_in_part_is_decided_anew_and_shown_at_the_next_visit(harness: Any):
    items = [{"service_code": "DEN-1001", "quantity": 3, "teeth": [11, 12, 48]}]
    one = await booked(harness, price=30_000, items=items, **DENTAL)
    assert one["items"][0]["amount_cents"] == 30_000
    here = f"/v1/bookings/{one['booking_id']}"
    given = [{"service_code": "DEN-1001", "quantity": 2, "teeth": [11, 48]}]
    refused = await call(harness, "POST", f"{here}/dispense", report(20_000, items=given))
    assert (refused["status_code"], refused["errors"][0]["rule"]) == (422, "not_all_dispensed")
    seen = await call(harness, "POST", f"{here}/dispense", report(20_000, items=given, partial=True))
    assert (seen["state"], seen["revision"], seen["dispensed_items"][0]["teeth"]) == ("dispensed", 2, [11, 48])
    asked = (await harness.published("booking_requested"))[-1]
    assert (asked["revision"], asked["request"]["amount_cents"], asked["request"]["quantity"]) == (2, 20_000, 2)
    shares = {"price_cents": 20_000, "fund_share_cents": 15_000, "member_share_cents": 5_000}
    await harness.receive(adjudicated(one["booking_id"], revision=1, **shares))
    assert await harness.published("booking_closed") == []
    await harness.receive(adjudicated(one["booking_id"], revision=2, **shares))
    [event] = await harness.published("booking_closed")
    assert (event["price_cents"], event["fund_share_cents"], event["code"]) == (20_000, 15_000, one["code"])
    again = await booked(harness, price=10_000, **DENTAL)
    verified = await call(harness, "POST", "/v1/bookings/verify", {"code": again["code"]})
    assert [(p["code"], p["items"][0]["teeth"]) for p in verified["previous"]] == [(one["code"], [11, 48])]


async def test_one_invoice_over_several_bookings_with_findings_on_each(harness: Any):
    first, second = await booked(harness, **VISIT), await booked(harness, **VISIT)
    for one in (first, second):
        seen = await call(harness, "POST", f"/v1/bookings/{one['booking_id']}/dispense", report())
        assert (seen["state"], seen["status_code"]) == ("dispensed", 200)
    listed = await call(harness, "GET", "/v1/invoiceable-lines?limit=1")
    assert [one["code"] for one in listed["items"]] == [second["code"]]
    following = await call(harness, "GET", f"/v1/invoiceable-lines?cursor={listed['next_cursor']}")
    assert [one["fund_share_cents"] for one in following["items"]] == [9_000]
    parts = [{"code": first["code"], "amount_cents": 12_000}, {"code": second["code"], "amount_cents": 11_000}]
    body = {"number": "7", "date": "2026-12-16", "amount_cents": 23_000, "parts": parts}
    for fault in ({"amount_cents": 1}, {"parts": [parts[0], parts[0]]}, {"date": "2026-12-17"}):
        assert (await call(harness, "POST", "/v1/invoices", body | fault))["status_code"] == 422
    seen = await call(harness, "POST", "/v1/invoices", body)
    assert (seen["status_code"], [one["state"] for one in seen["parts"]]) == (201, ["closed", "suspended"])
    assert seen["parts"][1]["differences"][0]["expected_cents"] == 12_000
    assert (await call(harness, "GET", "/v1/invoiceable-lines"))["items"] == []
    corrected = await call(
        harness, "PUT", f"/v1/bookings/{second['booking_id']}/dispensing", report(12_000, number="7")
    )
    assert corrected["state"] == "closed"
    assert {one["invoice_number"] for one in await harness.published("booking_closed")} == {"7"}


async def test_papers_are_needed_kept_and_read_by_their_facility_only(harness: Any):
    one = await booked(harness, **VISIT)
    terms = harness.services.terms_of("fnm")
    terms.dispensing_papers["VIS-CARD"] = ("clinical_record",)
    try:
        here = f"/v1/bookings/{one['booking_id']}"
        refused = await call(harness, "POST", f"{here}/dispense", report(12_000))
        assert (refused["status_code"], refused["errors"][0]["rule"]) == (422, "clinical_record_missing")
        path = f"/v1/booking-papers?booking_id={one['booking_id']}&kind=clinical_record"
        for content in (b"", b"GIF89a", b"%PDF-1.7 broken", pdf(AA=pikepdf.Dictionary())):
            bad = await harness.client.post(path, content=content, headers=harness.facility())
            assert (bad.status_code, bad.json()["code"]) == (422, "paper_invalid")
        form = {"file": ("cartella.pdf", pdf(), "application/pdf")}
        answer = await harness.client.post(path, files=form, headers=harness.facility())
        assert (answer.status_code, answer.json()["media_type"]) == (201, "application/pdf")
        assert (await harness.client.post(path, content=PNG, headers=harness.facility())).status_code == 201
        elsewhere = harness.facility(facility_id=OTHER_FACILITY)
        assert (await harness.client.post(path, content=PNG, headers=elsewhere)).status_code == 404
        content = f"/v1/booking-papers/{answer.json()['paper_id']}/content"
        assert (await harness.client.get(content, headers=elsewhere)).status_code == 404
        assert (await harness.client.get(content, headers=harness.member())).status_code == 403
        assert (await harness.client.get(content, headers=harness.operator())).content.startswith(b"%PDF-")
        assert len((await call(harness, "GET", path))["items"]) == 2
        assert (await call(harness, "POST", f"{here}/dispense", report(12_000)))["state"] == "closed"
    finally:
        del terms.dispensing_papers["VIS-CARD"]


async def test_arrival_and_what_is_done_besides(harness: Any):
    one = await booked(harness, **VISIT)
    here = f"/v1/bookings/{one['booking_id']}"
    harness.clock.set(datetime(2026, 12, 15, 12, 0, tzinfo=UTC))
    assert (await call(harness, "POST", f"{here}/arrival"))["code"] == "appointment_not_yet"
    harness.clock.set(DAY)
    first = (await call(harness, "POST", f"{here}/arrival"))["arrived_at"]
    assert (await call(harness, "POST", f"{here}/arrival"))["arrived_at"] == first is not None
    wrong = await call(harness, "POST", f"{here}/variations", {"service_code": "EYE-PRK"})
    assert (wrong["status_code"], wrong["errors"][0]["rule"]) == (422, "service_not_offered")
    added = await call(harness, "POST", f"{here}/variations", {"service_code": "DEN-1001"})
    assert (added["status_code"], added["state"], added["variation_of"]) == (201, "requested", one["booking_id"])
    shares = {"price_cents": 10_000, "fund_share_cents": 8_000, "member_share_cents": 2_000}
    await harness.receive(adjudicated(added["booking_id"], **shares))
    assert await harness.work.issue_due_letters() == 1
    here = f"/v1/bookings/{added['booking_id']}"
    assert (await call(harness, "POST", f"{here}/dispense", report(10_000)))["state"] == "closed"
    first = await call(harness, "GET", f"/v1/bookings/{one['booking_id']}")
    assert first["state"] == "letter_sent"
