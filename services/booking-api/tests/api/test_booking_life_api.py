import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from booking_factories import FACILITY, OTHER_FACILITY, PRICE, adjudicated, booking_body
from pydantic import SecretStr

from booking_api.use_cases.issue_quota_letter import print_quota_letter
from kit.documents import open_store

APPOINTMENT_DAY = datetime(2026, 12, 16, 12, 0, tzinfo=UTC)


async def requested(harness: Any) -> str:
    answer = await harness.client.post("/v1/bookings", json=booking_body(), headers=harness.member())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["booking_id"])


async def authorised(harness: Any) -> str:
    booking_id = await requested(harness)
    await harness.receive(adjudicated(booking_id))
    return booking_id


async def with_letter(harness: Any) -> str:
    booking_id = await authorised(harness)
    harness.clock.set(datetime(2026, 12, 14, 8, 0, tzinfo=UTC))
    assert await harness.work.issue_due_letters() == 1
    return booking_id


async def read(harness: Any, booking_id: str, headers: dict[str, str] | None = None) -> Any:
    answer = await harness.client.get(f"/v1/bookings/{booking_id}", headers=headers or harness.member())
    return answer.json() if answer.status_code == 200 else answer.status_code


def invoice(number: str = "2026/1187", amount: int = PRICE, **changes: Any) -> dict[str, Any]:
    return {
        "dispensed_on": "2026-12-16",
        "invoice": {"number": number, "date": "2026-12-16", "amount_cents": amount},
    } | changes


async def dispense(harness: Any, booking_id: str, body: dict[str, Any] | None = None, headers: Any = None) -> Any:
    return await harness.client.post(
        f"/v1/bookings/{booking_id}/dispense", json=body or invoice(), headers=headers or harness.facility()
    )


async def test_the_rules_authorise_with_code_and_shares(harness: Any):
    booking_id = await authorised(harness)
    seen = await read(harness, booking_id)
    assert (seen["state"], seen["fund_share_cents"], seen["member_share_cents"]) == ("authorised", 9_000, 3_000)
    assert seen["state_label"]["it"] == "IMPEGNATO DIRETTA"
    assert seen["explanation"][0]["article"] == "3.6"
    assert [(one["from_state"], one["to_state"], one["by"]) for one in seen["history"]] == [
        (None, "requested", "member"),
        ("requested", "authorised", "system"),
    ]
    assert seen["letter"]["due_on"] == "2026-12-14"
    assert {action["name"] for action in seen["next"]["actions"]} == {"cancel", "reschedule", "renew"}
    [event] = await harness.published("booking_authorised")
    assert (event["code"], event["member_share_cents"]) == (seen["code"], 3_000)
    assert event["facility_address"] == "Piazzale Luigi Cadorna 14, 20123 Milano (MI)"


async def test_the_rules_refuse_and_refer(harness: Any):
    booking_id = await requested(harness)
    await harness.receive(adjudicated(booking_id, "refer"))
    assert (await read(harness, booking_id))["state"] == "referred"
    await harness.receive(adjudicated(booking_id, "deny"))
    seen = await read(harness, booking_id)
    assert (seen["state"], seen["reason"], seen["reasons"][0]["article"]) == ("not_authorised", "denied", "3.6")
    assert seen["indirect_claim"]["prefill"]["article"] == "3.6"
    [event] = await harness.published("booking_refused")
    assert (event["reason"], event["last_day_in_time"]) == ("denied", None)


async def test_a_decision_twice_or_too_late_changes_nothing(harness: Any):
    booking_id = await requested(harness)
    decided = adjudicated(booking_id)
    await harness.receive(decided, decided)
    await harness.receive(adjudicated(booking_id, "deny"))
    assert (await read(harness, booking_id))["state"] == "authorised"
    assert len(await harness.published("booking_authorised")) == 1
    cancelled = await requested(harness)
    await harness.client.post(f"/v1/bookings/{cancelled}/cancel", headers=harness.member())
    await harness.receive(adjudicated(cancelled))
    assert (await read(harness, cancelled))["state"] == "cancelled"


async def test_shares_that_miss_the_price_are_parked(harness: Any):
    booking_id = await requested(harness)
    await harness.receive(adjudicated(booking_id, member_share_cents=1))
    assert (await read(harness, booking_id))["state"] == "requested"
    [row] = await harness.rows("select error from parked_event")
    assert "agreed price" in row["error"]


async def test_the_letter_comes_two_working_days_before_and_once(harness: Any):
    booking_id = await authorised(harness)
    harness.clock.set(datetime(2026, 12, 13, 22, 30, tzinfo=UTC))  # 23:30 of the 13th in Italy
    assert await harness.work.issue_due_letters() == 0
    headers = harness.member()
    answer = await harness.client.get(f"/v1/bookings/{booking_id}/letter", headers=headers)
    assert (answer.status_code, answer.json()["due_on"]) == (404, "2026-12-14")
    harness.clock.set(datetime(2026, 12, 13, 23, 30, tzinfo=UTC))
    assert [await harness.work.issue_due_letters() for _ in range(2)] == [1, 0]
    [event] = await harness.published("quota_letter_ready")
    assert event["document_key"] == f"letters/{booking_id}.pdf"
    answer = await harness.client.get(f"/v1/bookings/{booking_id}/letter", headers=headers)
    assert answer.headers["content-type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == event["document_sha256"]
    assert (await read(harness, booking_id))["state"] == "letter_sent"


async def test_the_pass_is_shown_from_the_letter_on_and_verifies_offline_and_at_the_api(harness: Any):
    booking_id = await authorised(harness)
    early = await harness.client.get(f"/v1/bookings/{booking_id}/pass", headers=harness.member())
    assert (early.status_code, early.json()["due_on"]) == (404, "2026-12-14")
    harness.clock.set(datetime(2026, 12, 14, 9, tzinfo=UTC))
    assert await harness.work.issue_due_letters() == 1
    shown = (await harness.client.get(f"/v1/bookings/{booking_id}/pass", headers=harness.member())).json()
    [key] = (await harness.client.get(shown["keys_href"])).json()["keys"]
    # As a desk without a network does: our tests stand before the day of the appointment by the real clock or after it.
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(shown["jws"], jwt.PyJWK(key), algorithms=["EdDSA"], audience=str(FACILITY), options=options)
    assert (claims["jti"], claims["due"], claims["svc"]) == (shown["code"], 3_000, "VIS-CARD")
    asked = {"code": shown["jws"]}
    seen = await harness.client.post("/v1/bookings/verify", json=asked, headers=harness.facility())
    assert (seen.json()["valid"], seen.json()["booking_id"]) == (True, booking_id)
    other = await harness.client.post(
        "/v1/bookings/verify", json=asked, headers=harness.facility(facility_id=OTHER_FACILITY)
    )
    assert other.status_code == 404
    forged = {"code": shown["jws"][:-4] + "AAAA"}
    refused = await harness.client.post("/v1/bookings/verify", json=forged, headers=harness.facility())
    assert refused.json()["errors"][0]["rule"] == "pass_not_signed"
    path = f"/v1/bookings/{booking_id}/appointment.ics"
    event = await harness.client.get(path, headers=harness.member())
    assert event.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261216T093000Z" in event.text
    assert f"UID:{booking_id}@mutua\r\nSEQUENCE:2\r\n" in event.text  # requested, authorised, letter sent
    for paper in ("appointment.ics", "pass"):
        path = f"/v1/bookings/{booking_id}/{paper}"
        assert (await harness.client.get(path, headers=harness.other_member())).status_code == 404
    await harness.client.post(f"/v1/bookings/{booking_id}/cancel", headers=harness.member())
    ended = await harness.client.get(f"/v1/bookings/{booking_id}/pass", headers=harness.member())
    assert (ended.status_code, ended.json()["code"]) == (409, "pass_ended")
    seen = await harness.client.post("/v1/bookings/verify", json=asked, headers=harness.facility())
    assert seen.json()["valid"] is False


async def test_the_letter_comes_at_once_when_the_appointment_is_near(harness: Any):
    answer = await harness.client.post(
        "/v1/bookings", json=booking_body(appointment_at="2026-12-03T09:00:00+01:00"), headers=harness.member()
    )
    await harness.receive(adjudicated(answer.json()["booking_id"]))
    assert await harness.work.issue_due_letters() == 1


async def test_a_crash_between_printing_and_recording_is_repaired(harness: Any, tmp_path: Path):
    booking_id = await authorised(harness)
    harness.clock.set(datetime(2026, 12, 14, 8, 0, tzinfo=UTC))
    async with harness.services.uow.begin(harness.work._context("fnm")) as tx:
        [due] = await tx.bookings.letters_due(today=APPOINTMENT_DAY.date(), limit=10)
    first = await print_quota_letter(
        due, terms=harness.services.terms_of("fnm"), press=harness.work._press, archive=harness.services.documents
    )
    # Each fund's letters lie under its own key.
    archive = open_store(f"file://{tmp_path}", SecretStr(f"fnm/2:{'f' * 32},1:{'k' * 32}"))
    key, _ = await print_quota_letter(
        due, terms=harness.services.terms_of("fnm"), press=harness.work._press, archive=archive
    )
    assert (tmp_path / key).read_bytes().startswith(b"MUD1\x03fnm\x012")
    assert await harness.work.issue_due_letters() == 1
    [event] = await harness.published("quota_letter_ready")
    assert (event["booking_id"], event["document_sha256"]) == (booking_id, first[1])


async def test_only_owner_facility_and_staff_see_booking_and_letter(harness: Any):
    booking_id = await with_letter(harness)
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    for headers, status in (
        (harness.member(), 200),
        (harness.operator(), 200),
        (harness.facility(), 200),
        (harness.other_member(), 404),
        (elsewhere, 404),
        (harness.tokens.headers(roles=["payments_officer"]), 403),
    ):
        for path in (f"/v1/bookings/{booking_id}", f"/v1/bookings/{booking_id}/letter"):
            assert (await harness.client.get(path, headers=headers)).status_code == status
    seen = await read(harness, booking_id, harness.facility())
    assert (seen["explanation"], seen["reasons"]) == ([], [])
    both = harness.tokens.headers(roles=["member", "facility"], member_id=uuid4(), facility_id=OTHER_FACILITY)
    assert (await harness.client.get("/v1/bookings", headers=both)).status_code == 403


async def test_lists_show_the_own_bookings_newest_first_page_by_page(harness: Any):
    ids = [await requested(harness) for _ in range(3)]

    async def listed(headers: dict[str, str], query: str = "") -> tuple[list[str], str | None]:
        answer = await harness.client.get(f"/v1/bookings{query}", headers=headers)
        return [one["booking_id"] for one in answer.json()["items"]], answer.json()["next_cursor"]

    assert (await listed(harness.member()))[0] == ids[::-1]
    assert (await listed(harness.facility()))[0] == ids[::-1]
    assert (await listed(harness.operator(), "?state=requested"))[0] == ids[::-1]
    assert (await listed(harness.operator(), "?state=closed"))[0] == []
    assert (await listed(harness.other_member()))[0] == []
    assert (await listed(harness.facility(facility_id=OTHER_FACILITY)))[0] == []
    assert (await listed(harness.member(), f"?person_id={uuid4()}"))[0] == []
    first, cursor = await listed(harness.member(), "?limit=2")
    assert (first, await listed(harness.member(), f"?limit=2&cursor={cursor}")) == (ids[:0:-1], ([ids[0]], None))


async def test_the_desk_verifies_a_code_and_sees_no_more_than_it_needs(harness: Any):
    booking_id = await with_letter(harness)
    code = (await read(harness, booking_id))["code"]
    answer = await harness.client.post("/v1/bookings/verify", json={"code": code.lower()}, headers=harness.facility())
    seen = answer.json()
    assert (seen["valid"], seen["booking_id"], seen["member_share_cents"]) == (True, booking_id, 3_000)
    assert not {"phone", "member_id", "person_id", "explanation"} & set(seen)
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    for headers, tried in ((elsewhere, code), (harness.facility(), "AUT-3333-3333"), (harness.facility(), "0")):
        answer = await harness.client.post("/v1/bookings/verify", json={"code": tried}, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/code")
    assert (
        await harness.client.post("/v1/bookings/verify", json={"code": code}, headers=harness.member())
    ).status_code == 403
    rows = await harness.rows("select entity_id from audit_entry where action = 'code_refused' order by seq")
    assert [row["entity_id"] for row in rows] == [str(OTHER_FACILITY), str(FACILITY), str(FACILITY)]


async def test_dispensing_closes_the_booking_and_owes_the_funds_share(harness: Any):
    booking_id = await with_letter(harness)
    harness.clock.set(APPOINTMENT_DAY)
    answer = await dispense(harness, booking_id)
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")
    seen = await read(harness, booking_id)
    assert [one["to_state"] for one in seen["history"]][-2:] == ["dispensed", "closed"]
    [event] = await harness.published("booking_closed")
    assert (event["facility_iban"], event["fund_share_cents"]) == ("IT60X0542811101000000123456", 9_000)
    assert (event["invoice_number"], event["closed_on"]) == ("2026/1187", "2026-12-16")
    assert event["facility_vat_number"] == "12345670017"
    assert (await harness.published("booking_dispensed"))[0]["dispensed_on"] == "2026-12-16"
    assert (await dispense(harness, booking_id)).status_code == 409


@pytest.mark.parametrize(
    ("body", "pointer", "rule"),
    [
        (invoice(items=[{"service_code": "DEN-1001"}]), "/items/0/service_code", "not_authorised"),
        (invoice(dispensed_on="2026-12-15"), "/dispensed_on", "before_appointment"),
        (invoice(dispensed_on="2026-12-17"), "/dispensed_on", "date_in_future"),
    ],
)
async def test_dispensing_data_that_do_not_match_are_refused(harness: Any, body: Any, pointer: str, rule: str):
    booking_id = await with_letter(harness)
    harness.clock.set(APPOINTMENT_DAY)
    answer = await dispense(harness, booking_id, body)
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["rule"]) == (422, pointer, rule)
    assert (await read(harness, booking_id))["state"] == "letter_sent"
    assert await harness.published("booking_closed") == []


async def test_an_invoice_number_serves_once_for_a_facility_and_year(harness: Any):
    first = await with_letter(harness)
    harness.clock.set(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    second = await with_letter(harness)
    harness.clock.set(APPOINTMENT_DAY)
    assert (await dispense(harness, first, invoice("FT 7/a"))).status_code == 200
    answer = await dispense(harness, second, invoice("ft7/A"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/invoice/number")
    assert (await read(harness, second))["state"] == "letter_sent"
    assert (await dispense(harness, second, invoice("FT 8/a"))).status_code == 200


async def test_without_letter_or_elsewhere_nothing_is_dispensed(harness: Any):
    booking_id = await authorised(harness)
    harness.clock.set(APPOINTMENT_DAY)
    assert (await dispense(harness, booking_id)).json()["code"] == "booking_transition_forbidden"
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    assert (await dispense(harness, booking_id, headers=elsewhere)).status_code == 404
    assert (await dispense(harness, booking_id, headers=harness.member())).status_code == 403


async def test_a_member_cancels_until_the_appointment(harness: Any):
    booking_id = await with_letter(harness)
    harness.clock.set(datetime(2026, 12, 16, 9, 30, tzinfo=UTC))
    path = f"/v1/bookings/{booking_id}/cancel"
    answer = await harness.client.post(path, headers=harness.member())
    assert (answer.status_code, answer.json()["code"]) == (409, "appointment_started")
    harness.clock.set(datetime(2026, 12, 16, 9, 29, tzinfo=UTC))
    assert (await harness.client.post(path, headers=harness.other_member())).status_code == 404
    assert (await harness.client.post(path, headers=harness.member())).json()["state"] == "cancelled"
    assert (await harness.client.post(path, headers=harness.member())).status_code == 409
    [event] = await harness.published("booking_cancelled")
    assert (event["reason"], event["cancelled_on"]) == ("cancelled", "2026-12-16")


async def test_requests_expire_at_the_appointment_and_authorised_ones_after_their_grace(harness: Any):
    undecided, granted = await requested(harness), await authorised(harness)
    harness.clock.set(datetime(2026, 12, 16, 9, 29, 59, tzinfo=UTC))
    assert await harness.work.expire_lapsed() == 0
    harness.clock.set(datetime(2026, 12, 16, 9, 30, tzinfo=UTC))
    assert [await harness.work.expire_lapsed() for _ in range(2)] == [1, 0]
    seen = await read(harness, undecided)
    assert (seen["state"], seen["state_label"]["it"]) == ("expired", "SCADUTA")
    assert seen["indirect_claim"]["href"] == "/v1/cases"
    harness.clock.set(datetime(2027, 1, 15, 9, 30, tzinfo=UTC))
    assert await harness.work.expire_lapsed() == 1
    assert (await read(harness, granted))["state"] == "expired"
    assert [event["reason"] for event in await harness.published("booking_cancelled")] == ["expired", "expired"]


async def test_every_reading_of_a_person_leaves_its_trace(harness: Any):
    booking_id = await with_letter(harness)
    await read(harness, booking_id, harness.operator())
    await harness.client.get(f"/v1/bookings/{booking_id}/letter", headers=harness.operator())
    await harness.client.get("/v1/bookings", headers=harness.operator())
    rows = await harness.rows("select action from audit_entry where actor = 'operator:giulia'")
    assert {"booking_read", "quota_letter_read", "bookings_listed"} <= {row["action"] for row in rows}


async def test_two_workers_issue_one_letter(harness: Any):
    await authorised(harness)
    harness.clock.set(datetime(2026, 12, 14, 8, 0, tzinfo=UTC))
    issued = await asyncio.gather(*(harness.work.issue_due_letters() for _ in range(3)))
    assert sum(issued) == 1
    assert len(await harness.published("quota_letter_ready")) == 1


async def test_two_invoices_at_once_close_a_booking_once(harness: Any):
    booking_id = await with_letter(harness)
    harness.clock.set(APPOINTMENT_DAY)
    answers = await asyncio.gather(*(dispense(harness, booking_id, invoice(f"FT {one}")) for one in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await harness.published("booking_closed")) == 1
