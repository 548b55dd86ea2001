from typing import Any

import asyncpg
import pytest
from booking_factories import FACILITY, OTHER_FACILITY, facility_body

PATH = f"/v1/facilities/{FACILITY}/price-history"


def price(cents: int, valid_from: str, valid_to: str | None = None, code: str = "VIS-CARD") -> dict[str, Any]:
    return {"service_code": code, "price_cents": cents, "valid_from": valid_from, "valid_to": valid_to}


async def register(harness: Any, *services: dict[str, Any]) -> None:
    body = facility_body(services=list(services))
    answer = await harness.client.put("/v1/facilities/cardio-cadorna", json=body, headers=harness.operator())
    assert answer.status_code == 200


async def history(harness: Any, query: str = "") -> list[tuple[Any, ...]]:
    page = (await harness.client.get(PATH + query, headers=harness.operator())).json()
    return [(one["service_code"], one["valid_from"], one["valid_to"], one["price_cents"]) for one in page["items"]]


async def test_what_later_data_replace_stays_known(harness: Any):
    first = [("VIS-CARD", "2026-01-01", "2027-07-01", 12_000), ("DEN-1001", "2024-01-01", None, 10_000)]
    assert await history(harness) == first
    await register(harness, price(12_000, "2026-01-01", "2027-01-01"), price(13_000, "2027-01-01"))
    assert await history(harness) == [
        ("DEN-1001", "2024-01-01", None, None),
        ("VIS-CARD", "2027-01-01", None, 13_000),
        ("VIS-CARD", "2026-01-01", "2027-01-01", 12_000),
        *first,
    ]
    assert await history(harness, "?service=DEN-1001") == [("DEN-1001", "2024-01-01", None, None), first[1]]
    [last] = (await harness.client.get(f"{PATH}?limit=1", headers=harness.facility())).json()["items"]
    assert (last["recorded_by"], last["recorded_at"]) == ("operator:giulia", "2026-12-01T09:00:00Z")


async def test_the_same_prices_again_are_no_change(harness: Any):
    before = await history(harness)
    body = facility_body(name="Altro nome")
    await harness.client.put("/v1/facilities/cardio-cadorna", json=body, headers=harness.operator())
    assert await history(harness) == before


async def test_a_page_goes_on_where_the_last_one_ended(harness: Any):
    await register(harness, price(1, "2026-01-01"))
    page = (await harness.client.get(f"{PATH}?limit=2", headers=harness.operator())).json()
    rest = await history(harness, f"?cursor={page['next_cursor']}")
    shown = [(one["service_code"], one["valid_from"], one["valid_to"], one["price_cents"]) for one in page["items"]]
    assert shown + rest == await history(harness)


async def test_only_the_fund_and_the_facility_itself_read_it(harness: Any):
    for headers, status in (
        (harness.member(), 403),
        (harness.facility(facility_id=OTHER_FACILITY), 404),
        (harness.facility(), 200),
        (harness.operator(fund="other"), 404),
    ):
        assert (await harness.client.get(PATH, headers=headers)).status_code == status


async def test_the_history_of_prices_is_never_rewritten(harness: Any):
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await harness.rows("delete from agreed_price_change")
