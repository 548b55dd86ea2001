from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from booking_factories import FACILITY, IBAN, facility_body
from sqlalchemy import event


async def test_the_nomenclature_names_article_and_class(harness: Any):
    answer = await harness.client.get("/v1/services", headers=harness.member())
    services = {one["code"]: one for one in answer.json()["items"]}
    assert services["VIS-CARD"]["article"] == "3.6"
    assert services["EYE-LASIK"]["service_class"] == "eye_surgery"
    assert services["DEN-1001"]["tariff_code"] == "1001"
    assert (services["DEN-1201"]["per_tooth"], services["EYE-LASIK"]["prescription_required"]) == (True, True)
    assert (services["VIS-CARD"]["direct"], services["INP-STAY"]["direct"]) == (True, False)


async def test_a_facility_is_registered_once_and_the_same_body_changes_nothing(harness: Any):
    for _ in range(2):
        answer = await harness.client.put(
            "/v1/facilities/cardio-cadorna", json=facility_body(), headers=harness.operator()
        )
        assert answer.json()["facility_id"] == str(FACILITY)
    rows = await harness.rows("select action from audit_entry where action = 'facility_registered'")
    assert len(rows) == 2


async def test_a_changed_price_replaces_the_old_one(harness: Any):
    prices = [{"service_code": "VIS-CARD", "price_cents": 13_000, "valid_from": "2026-01-01"}]
    body = facility_body(services=prices, facility_id=None)
    answer = await harness.client.put("/v1/facilities/cardio-cadorna", json=body, headers=harness.operator())
    assert [one["price_cents"] for one in answer.json()["services"]] == [13_000]
    assert answer.json()["facility_id"] == str(FACILITY)


async def test_data_without_a_vat_number_do_not_forget_the_known_one(harness: Any):
    body = facility_body(name="Nuovo nome", vat_number=None)
    answer = await harness.client.put("/v1/facilities/cardio-cadorna", json=body, headers=harness.operator())
    assert answer.json()["name"] == "Nuovo nome"
    [row] = await harness.rows("select vat_number from facility where code = 'cardio-cadorna'")
    assert row["vat_number"] == "12345670017"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"iban": "IT60X0542811101000000123457"}, "/iban"),
        ({"badge": "blue"}, "/badge"),
        ({"postal_code": "2012"}, "/postal_code"),
        ({"postal_code": "2012\u0663"}, "/postal_code"),
        ({"geo": {"latitude": 91, "longitude": 0}}, "/geo/latitude"),
        ({"services": [{"service_code": "VIS-CARD", "price_cents": 90.5, "valid_from": "2026-01-01"}]},
         "/services/0/price_cents"),
        ({"services": [{"service_code": "VIS-CARD", "price_cents": -1, "valid_from": "2026-01-01"}]},
         "/services/0/price_cents"),
        ({"services": [{"service_code": "NO-SUCH", "price_cents": 1, "valid_from": "2026-01-01"}]},
         "/services/0/service_code"),
        ({"unknown": 1}, "/unknown"),
        ({"vat_number": "1234567001\u0667"}, "/vat_number"),
        ({"vat_number": "12345670018"}, "/vat_number"),
    ],
)  # fmt: skip
async def test_bad_facility_data_name_the_field(harness: Any, change: dict[str, Any], pointer: str):
    answer = await harness.client.put("/v1/facilities/new", json=facility_body(**change), headers=harness.operator())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    assert await harness.rows("select 1 from facility where code = 'new'") == []


async def test_an_id_cannot_move_to_another_code_nor_a_code_to_another_id(harness: Any):
    for code, facility_id in (("brand-new", FACILITY), ("cardio-cadorna", uuid4())):
        body = facility_body(facility_id=str(facility_id))
        answer = await harness.client.put(f"/v1/facilities/{code}", json=body, headers=harness.operator())
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/facility_id")


async def test_facilities_are_found_by_service_and_words_page_by_page(harness: Any):
    async def names(**query: Any) -> list[str]:
        answer = await harness.client.get("/v1/facilities", params=query, headers=harness.member())
        assert answer.status_code == 200
        return [one["name"] for one in answer.json()["items"]]

    assert await names() == ["Centro Cardiologico Cadorna", "Studio Dentistico Brera"]
    assert await names(q="brera") == ["Studio Dentistico Brera"]
    assert await names(q="milano") == ["Centro Cardiologico Cadorna", "Studio Dentistico Brera"]
    assert await names(q="%%") == []
    assert await names(service="PHY-LASER") == []
    first = (await harness.client.get("/v1/facilities?limit=1", headers=harness.member())).json()
    second = await names(limit=1, cursor=first["next_cursor"])
    assert second == ["Studio Dentistico Brera"]


async def test_a_search_shows_todays_price_and_never_the_bank_account(harness: Any):
    answer = await harness.client.get("/v1/facilities?service=VIS-CARD", headers=harness.member())
    assert answer.json()["items"][0]["price_cents"] == 12_000
    assert IBAN not in answer.text


async def test_an_unknown_service_or_a_forged_cursor_is_named(harness: Any):
    for query, pointer in (("service=NO-SUCH", "/query/service"), ("cursor=abcd", "/query/cursor")):
        answer = await harness.client.get(f"/v1/facilities?{query}", headers=harness.member())
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_only_the_fund_changes_the_network(harness: Any):
    for headers in (harness.member(), harness.facility()):
        answer = await harness.client.put("/v1/facilities/cardio-cadorna", json=facility_body(), headers=headers)
        assert answer.status_code == 403
    assert (await harness.client.get("/v1/facilities")).status_code == 401


async def test_a_list_costs_the_same_number_of_statements_whatever_its_length(harness: Any):
    counted: list[str] = []
    engine = harness.services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    lengths = []
    for limit in (1, 2):
        counted.clear()
        await harness.client.get(f"/v1/facilities?limit={limit}", headers=harness.member())
        lengths.append(len(counted))
    assert lengths[0] == lengths[1] <= 5


async def test_funds_do_not_see_each_others_facilities(harness: Any):
    conn = await asyncpg.connect(harness.dsn)
    try:
        for fund, expected in (("other", 0), ("fnm", 2)):
            await conn.execute("select set_config('app.fund', $1, false)", fund)
            assert await conn.fetchval("select count(*) from bookings.facility") == expected
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await conn.execute("update bookings.facility set fund = 'other'")
    finally:
        await conn.close()
