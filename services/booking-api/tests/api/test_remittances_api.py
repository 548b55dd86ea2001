"""Transfers to a facility: their lines, what is still to come, what came back."""

from typing import Any
from uuid import UUID, uuid4

from booking_factories import FACILITY, OTHER_FACILITY, envelope
from desk_calls import call, closed, import_old, increased, old


def line(source: str, cents: int, kind: str = "booking", **changes: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "source_id": source,
        "booking_id": source,
        "code": "AUT-7K3M-Q9TX",
        "invoice_number": "1",
        "amount_cents": cents,
        "due_on": "2026-12-16",
    } | changes


def sent(*lines: dict[str, Any], **changes: Any) -> Any:
    payout = str(uuid4())
    data = {
        "payout_id": payout,
        "facility_id": str(FACILITY),
        "amount_cents": sum(one["amount_cents"] for one in lines),
        "iban_last4": "3456",
        "execution_on": "2026-12-31",
        "month": "2026-11",
        "booking_ids": [one["source_id"] for one in lines if one["kind"] != "booking_correction"],
        "lines": list(lines),
    }
    return envelope("payouts.payout_sent.v1", data | changes, subject=payout)


def returned(event: Any) -> Any:
    data = {name: event.data[name] for name in ("payout_id", "facility_id", "booking_ids")}
    return envelope("payouts.payout_returned.v1", data | {"reason_code": "AC04"}, subject=data["payout_id"])


async def lines_of(harness: Any, event: Any) -> list[dict[str, Any]]:
    found = await call(harness, "GET", f"/v1/remittances/{event.data['payout_id']}/lines")
    return list(found["items"])


async def outstanding(harness: Any) -> dict[str, int]:
    due = await call(harness, "GET", "/v1/remittances/outstanding")
    assert due["amount_cents"] == sum(one["fund_share_cents"] for one in due["lines"])
    return {one["kind"]: one["fund_share_cents"] for one in due["lines"]}


async def everything_due(harness: Any) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return a closed booking, the review that increased it, and the id under which an imported one is paid."""
    one = await closed(harness)
    await import_old(harness, old("S-1", "CHIUSA", invoice_number="77"))
    [imported] = await harness.rows("select booking_id from foreign_booking")
    return one, await increased(harness, one, 9_500), str(imported["booking_id"])


async def test_a_transfer_names_corrections_and_imported_bookings_and_sums_to_the_cent(passing: Any):
    one, review, imported = await everything_due(passing)
    due = {"booking": 9_000, "imported_booking": 6_000, "booking_correction": 500}
    assert await outstanding(passing) == due
    event = sent(
        line(one["booking_id"], 9_000, code=one["code"]),
        line(imported, 6_000, "imported_booking", code="S-1", invoice_number="77"),
        line(review["matter_id"], 500, "booking_correction", booking_id=one["booking_id"], code=one["code"]),
    )
    await passing.receive(event, event)
    shown = {seen["kind"]: seen for seen in await lines_of(passing, event)}
    assert {kind: seen["fund_share_cents"] for kind, seen in shown.items()} == due
    assert (shown["imported_booking"]["code"], shown["imported_booking"]["invoice_number"]) == ("S-1", "77")
    correction = shown["booking_correction"]
    assert (correction["booking_id"], correction["matter_id"]) == (one["booking_id"], review["matter_id"])
    [remittance] = (await call(passing, "GET", "/v1/remittances"))["items"]
    assert (remittance["amount_cents"], remittance["month"], remittance["returned"]) == (15_500, "2026-11", None)
    assert remittance["statement"]["csv"].startswith("/v1/statements/facilities/2026-11?payout_id=")
    assert sorted(remittance["booking_ids"]) == sorted([one["booking_id"], imported])
    assert await outstanding(passing) == {}
    [seen] = (await call(passing, "GET", "/v1/booking-imports"))["items"]
    assert seen["paid"] is True
    assert await passing.rows("select 1 from audit_entry where action = 'payment_of_unknown_booking'") == []


async def test_what_came_back_is_outstanding_again(passing: Any):
    one, review, imported = await everything_due(passing)
    event = sent(
        line(one["booking_id"], 9_000),
        line(imported, 6_000, "imported_booking"),
        line(review["matter_id"], 500, "booking_correction", booking_id=one["booking_id"]),
    )
    await passing.receive(event, returned(event), returned(event))
    assert await outstanding(passing) == {"booking": 9_000, "imported_booking": 6_000, "booking_correction": 500}
    [seen] = (await call(passing, "GET", "/v1/remittances"))["items"]
    assert seen["returned"] == {"returned_on": "2026-12-16", "reason": "AC04"}
    again = sent(*event.data["lines"])
    await passing.receive(again)
    assert await outstanding(passing) == {}
    assert len(await lines_of(passing, again)) == 3


async def test_lines_that_do_not_sum_to_the_transfer_are_parked(passing: Any):
    one = await closed(passing)
    event = sent(line(one["booking_id"], 9_000), amount_cents=9_001)
    await passing.receive(event)
    assert len(await passing.rows("select 1 from parked_event")) == 1
    assert (await call(passing, "GET", "/v1/remittances"))["items"] == []
    assert await outstanding(passing) == {"booking": 9_000}


async def test_remittances_show_what_was_paid_and_what_is_to_come(harness: Any):
    first, second = await closed(harness, "1"), await closed(harness, "2")
    payout = str(uuid4())
    data = {
        "payout_id": payout,
        "facility_id": str(FACILITY),
        "amount_cents": 9_000,
        "iban_last4": "3456",
        "execution_on": "2026-12-31",
        "booking_ids": [first["booking_id"]],
    }
    paid = envelope("payouts.payout_sent.v1", data, subject=payout)
    earlier = data | {"payout_id": str(UUID(int=2**128 - 1)), "execution_on": "2026-11-30", "booking_ids": []}
    await harness.receive(paid, paid, envelope("payouts.payout_sent.v1", earlier, subject="x"))
    listed = await call(harness, "GET", "/v1/remittances?limit=1")
    [seen] = listed["items"]
    following = await call(harness, "GET", f"/v1/remittances?cursor={listed['next_cursor']}")
    assert [one["execution_on"] for one in following["items"]] == ["2026-11-30"]
    assert (seen["amount_cents"], seen["statement"]["pdf"]) == (
        9_000,
        f"/v1/statements/facilities/2026-12?payout_id={payout}&format=pdf",
    )
    [line] = (await call(harness, "GET", f"/v1/remittances/{payout}/lines"))["items"]
    assert (line["code"], line["invoice_number"], line["fund_share_cents"]) == (first["code"], "1", 9_000)
    due = await call(harness, "GET", "/v1/remittances/outstanding")
    assert (due["amount_cents"], due["lines"][0]["booking_id"]) == (9_000, second["booking_id"])
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    assert (await call(harness, "GET", "/v1/remittances", headers=elsewhere))["items"] == []
    assert (await call(harness, "GET", f"/v1/remittances/{payout}/lines", headers=elsewhere))["items"] == []
