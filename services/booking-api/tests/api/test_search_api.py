from typing import Any
from uuid import UUID, uuid4

import pytest
from booking_factories import IBAN, facility_body
from sqlalchemy import event

# The three of the member guide, with its distances from the Duomo and its prices.
DUOMO = "45.464203,9.189982"
GUIDE = {
    "altamedica": ("Altamedica Milano", 45.466811, 9.189982, 9_600),
    "santagostino": ("Santagostino Donna - Milano", 45.461235, 9.189982, 6_175),
    "policlinico": ("IRCCS Ca' Granda Ospedale Maggiore Policlinico", 45.458537, 9.189982, 13_500),
}


async def put(harness: Any, code: str, **body: Any) -> None:
    answer = await harness.client.put(f"/v1/facilities/{code}", json=facility_body(**body), headers=harness.operator())
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def network(empty: Any) -> Any:
    for code, (name, latitude, longitude, price) in GUIDE.items():
        await put(
            empty,
            code,
            facility_id=str(uuid4()),
            name=name,
            geo={"latitude": latitude, "longitude": longitude},
            services=[{"service_code": "VIS-GYN", "price_cents": price, "valid_from": "2026-01-01"}],
            doctors=[{"name": f"dott.ssa Nicolò {code.title()}", "services": ["VIS-GYN"]}],
        )
    await put(
        empty,
        "cantu",
        facility_id=str(uuid4()),
        name="Studio Cantù",
        town="Cantù",
        geo={"latitude": 45.7395, "longitude": 9.1286},
        services=[
            {"service_code": "DEN-1001", "price_cents": 8_000, "valid_from": "2026-01-01"},
            {"service_code": "VIS-GYN", "price_cents": 5_000, "valid_from": "2026-12-02"},
        ],
        doctors=[],
    )
    await put(empty, "nowhere", facility_id=str(uuid4()), name="Senza posto", geo=None, services=[], doctors=[])
    return empty


async def search(harness: Any, **query: Any) -> list[dict[str, Any]]:
    answer = await harness.client.get("/v1/facilities", params=query, headers=harness.member())
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_nearest_first_with_distance_and_price_as_in_the_guide(network: Any):
    found = await search(network, near=DUOMO, service="VIS-GYN", radius_km=5)
    assert [(one["code"], one["distance_km"], one["price_cents"]) for one in found] == [
        ("altamedica", 0.29, 9_600),
        ("santagostino", 0.33, 6_175),
        ("policlinico", 0.63, 13_500),
    ]


async def test_cheapest_first_and_by_name(network: Any):
    by_price = await search(network, service="VIS-GYN", sort="price")
    assert [one["price_cents"] for one in by_price] == [6_175, 9_600, 13_500]
    by_name = await search(network, near=DUOMO, radius_km=500, sort="name")
    assert [one["code"] for one in by_name] == ["altamedica", "policlinico", "santagostino", "cantu"]


async def test_a_price_of_tomorrow_is_not_offered_today(network: Any):
    assert "cantu" not in {one["code"] for one in await search(network, service="VIS-GYN")}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"radius_km": 0.3}, ["altamedica"]),
        ({"radius_km": 0.28}, []),
        ({"radius_km": 100}, ["altamedica", "santagostino", "policlinico", "cantu"]),
        ({"radius_km": 100, "type": "dentist"}, ["cantu"]),
        ({"radius_km": 100, "town": "CANTU"}, ["cantu"]),
        ({"radius_km": 100, "town": "cantù"}, ["cantu"]),
        ({"radius_km": 100, "town": "cant"}, []),
        ({"name": "osp polic"}, ["policlinico"]),
        ({"name": "olicli"}, []),
        ({"doctor": "santagostino nicolo"}, ["santagostino"]),
        ({"name": "policlinico", "doctor": "altamedica"}, []),
    ],
)
async def test_each_filter(network: Any, query: dict[str, Any], codes: list[str]):
    assert [one["code"] for one in await search(network, near=DUOMO, **query)] == codes


@pytest.mark.parametrize(
    "query", [{"near": DUOMO, "radius_km": 500}, {"sort": "price", "service": "VIS-GYN"}, {"sort": "name"}]
)
async def test_pages_go_on_where_the_last_one_ended(network: Any, query: dict[str, Any]):
    whole = [one["code"] for one in await search(network, **query)]
    paged: list[str] = []
    cursor = None
    while True:
        asked = query | {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await network.client.get("/v1/facilities", params=asked, headers=network.member())).json()
        paged += [one["code"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    assert len(whole) >= 3


async def test_facilities_at_the_same_distance_keep_one_order_across_pages(network: Any):
    ids = sorted(str(uuid4()) for _ in range(5))
    for number, facility_id in enumerate(ids):
        await put(
            network, f"same-{number}", facility_id=facility_id, name="Uguale", geo={"latitude": 46, "longitude": 8}
        )
    asked: dict[str, Any] = {"near": "46,8", "radius_km": 1, "limit": 2}
    found: list[UUID] = []
    while True:
        page = (await network.client.get("/v1/facilities", params=asked, headers=network.member())).json()
        found += [one["facility_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert found == ids


@pytest.mark.parametrize(
    ("query", "pointer", "rule"),
    [
        ({"near": "45.4"}, "/query/near", "not_a_point"),
        ({"near": "45,4,9,2"}, "/query/near", "not_a_point"),
        ({"near": "95,9"}, "/query/near", "not_on_earth"),
        ({"near": "nan,9"}, "/query/near", "not_on_earth"),
        ({"sort": "distance"}, "/query/sort", "near_missing"),
        ({"sort": "price"}, "/query/sort", "service_missing"),
        ({"service": "NO-SUCH"}, "/query/service", "unknown_service"),
        ({"type": "plumber"}, "/query/type", "unknown_type"),
        ({"near": DUOMO, "radius_km": 0}, "/query/radius_km", "greater_than"),
        ({"name": "--"}, "/query/name", "string_pattern_mismatch"),
        ({"colour": "green"}, "/query/colour", "extra_forbidden"),
    ],
)
async def test_a_search_that_makes_no_sense_names_its_field(empty: Any, query: Any, pointer: str, rule: str):
    answer = await empty.client.get("/v1/facilities", params=query, headers=empty.member())
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["rule"]) == (422, pointer, rule)


async def test_a_cursor_of_another_order_is_refused(network: Any):
    first = await network.client.get("/v1/facilities", params={"limit": 1}, headers=network.member())
    query = {"cursor": first.json()["next_cursor"], "near": DUOMO}
    answer = await network.client.get("/v1/facilities", params=query, headers=network.member())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/cursor")


async def test_every_search_costs_the_same_statements(network: Any):
    counted: list[str] = []
    engine = network.services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    for query in ({"near": DUOMO, "radius_km": 500, "name": "studio"}, {"town": "cantu"}, {"service": "VIS-GYN"}):
        counted.clear()
        await search(network, **query)
        assert len(counted) <= 6


async def test_a_changed_facility_is_found_by_its_new_words_only(network: Any):
    [before] = await search(network, name="cantu")
    await put(
        network, "cantu", facility_id=before["facility_id"], name="Poliambulatorio Brianza", town="Erba", doctors=[]
    )
    assert await search(network, name="cantu") == []
    assert await search(network, town="cantu") == []
    found = await search(network, name="brianz", town="erba")
    assert [one["code"] for one in found] == ["cantu"]
    assert IBAN not in str(found)
