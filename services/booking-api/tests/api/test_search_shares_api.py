"""The search with slots and with the member's own share, asked of a real HTTP server that keeps the contract."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from booking_factories import OTHER_PERSON, SPOUSE, booking_body, facility_body

from booking_api.adapters.rules_quotes import HttpQuoteDesk

DUOMO = "45.464203,9.189982"
NEAR = {"near": DUOMO, "radius_km": 1, "service": "VIS-CARD"}
AT = "2026-12-16T10:30:00+01:00"


@dataclass
class RulesServer:
    """POST /v1/quotes/batch of rules-svc: 60 % of a price up to 60 euro."""

    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = orjson.loads(await reader.readexactly(int(headers["content-length"])))
        assert head[0].startswith("POST /v1/quotes/batch ")
        self.asked.append(body)
        self.tokens.append(headers["authorization"])
        lines = [self.line(item) for item in body["items"]]
        content = orjson.dumps({"person_id": body["person_id"], "items": lines})
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()
        writer.close()

    def line(self, item: dict[str, Any]) -> dict[str, Any]:
        pays = min(item["amount_cents"] * 60 // 100, 6_000)
        own = item["amount_cents"] - pays
        return {
            "key": item["key"],
            "outcome": "pay",
            "article": "3.6",
            "payable_cents": pays,
            "member_share_cents": own,
            "reasons": [],
        }


@pytest.fixture
async def rules(harness: Any) -> AsyncIterator[RulesServer]:
    rules = RulesServer()
    server = await asyncio.start_server(rules.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    desk = HttpQuoteDesk(f"http://127.0.0.1:{port}")
    object.__setattr__(harness.services, "quotes", desk)
    yield rules
    await desk.close()
    server.close()
    await server.wait_closed()


async def put(harness: Any, code: str, *, price: int, north: float, badge: str = "green") -> str:
    body = facility_body(
        facility_id=str(uuid4()),
        name=code.title(),
        badge=badge,
        geo={"latitude": 45.464203 + north, "longitude": 9.189982},
        services=[{"service_code": "VIS-CARD", "price_cents": price, "valid_from": "2026-01-01"}],
        doctors=[],
    )
    answer = await harness.client.put(f"/v1/facilities/{code}", json=body, headers=harness.operator())
    assert answer.status_code == 200, answer.text
    return str(answer.json()["facility_id"])


async def offer(harness: Any, facility_id: str, *times: str) -> None:
    slots = [{"service_code": "VIS-CARD", "starts_at": one} for one in times]
    period = {"starts_from": "2026-12-02T00:00:00+01:00", "starts_before": "2026-12-31T00:00:00+01:00"}
    path = f"/v1/facilities/{facility_id}/slots"
    answer = await harness.client.put(path, json=period | {"slots": slots}, headers=harness.operator())
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def network(harness: Any, rules: RulesServer) -> Any:
    assert rules.status
    far = "2026-12-10T18:30:00+01:00"
    # The first is too near for the notice: it is not shown.
    early = [
        "2026-12-02T10:00:00+01:00",
        "2026-12-09T08:30:00+01:00",
        "2026-12-09T11:00:00+01:00",
        AT,
        "2026-12-17T10:30:00+01:00",
    ]
    await offer(harness, await put(harness, "near-dear", price=15_000, north=0.001), far)
    await offer(harness, await put(harness, "mid-cheap", price=9_000, north=0.002), *early)
    await put(harness, "far-asked", price=11_000, north=0.003, badge="yellow")
    return harness


async def page(harness: Any, headers: Any = None, **query: Any) -> dict[str, Any]:
    answer = await harness.client.get("/v1/facilities", params=NEAR | query, headers=headers or harness.member())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [one["code"] for one in found["items"]]


async def test_each_result_has_the_own_share_and_its_first_slots(network: Any, rules: RulesServer):
    found = await page(network)
    shown = {one["code"]: one for one in found["items"]}
    assert codes(found) == ["near-dear", "mid-cheap", "far-asked"]
    assert (found["unavailable"], found["first_possible_appointment"]) == ([], "2026-12-03")
    assert [shown["near-dear"][name] for name in ("price_cents", "fund_share_cents", "member_share_cents")] == [
        15_000, 6_000, 9_000,
    ]  # fmt: skip
    assert [slot["starts_at"] for slot in shown["mid-cheap"]["slots"]] == [
        "2026-12-09T07:30:00Z",
        "2026-12-09T10:00:00Z",
        "2026-12-16T09:30:00Z",
    ]
    assert shown["far-asked"]["slots"] == []
    [asked] = rules.asked
    [item] = [one for one in asked["items"] if one["amount_cents"] == 9_000]
    assert item == {
        "key": "9000:2026-12-09",
        "article": "3.6",
        "codes": [],
        "amount_cents": 9_000,
        "date": "2026-12-09",
        "mode": "direct",
        "service": "visita specialistica",
        "provider_kind": "specialist",
        "specialty": "cardiologia",
        "extra": {"specialization_on_invoice": True},
    }
    assert rules.tokens[0].startswith("Bearer ")


async def test_without_the_rules_the_list_stands_and_says_what_is_missing(network: Any, rules: RulesServer):
    rules.status = 503
    found = await page(network)
    assert (codes(found), found["unavailable"]) == (["near-dear", "mid-cheap", "far-asked"], ["shares"])
    assert found["items"][0]["member_share_cents"] is None
    object.__setattr__(network.services, "quotes", HttpQuoteDesk("http://127.0.0.1:9"))
    assert (await page(network))["unavailable"] == ["shares"]


async def test_the_share_is_the_persons_and_nobody_elses(network: Any, rules: RulesServer):
    await page(network, person=str(SPOUSE))
    assert rules.asked[-1]["person_id"] == str(SPOUSE)
    foreign = await network.client.get(
        "/v1/facilities", params=NEAR | {"person": str(OTHER_PERSON)}, headers=network.member()
    )
    assert foreign.status_code == 404
    before = len(rules.asked)
    for headers in (network.facility(), network.operator()):
        assert (await page(network, headers))["items"][0]["member_share_cents"] is None
    assert len(rules.asked) == before


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"available_from": "2026-12-10", "available_to": "2026-12-10"}, ["near-dear", "far-asked"]),
        ({"available_from": "2026-12-11", "available_to": "2026-12-15"}, ["far-asked"]),
        ({"before_9": True}, ["mid-cheap", "far-asked"]),
        ({"after_18": True}, ["near-dear", "far-asked"]),
        ({"before_9": True, "after_18": True}, ["near-dear", "mid-cheap", "far-asked"]),
        ({"time_from": "10:30", "time_to": "11:00", "available_from": "2026-12-16"}, ["mid-cheap", "far-asked"]),
        ({"time_from": "10:31", "time_to": "11:00"}, ["far-asked"]),
        ({"sort": "share"}, ["mid-cheap", "far-asked", "near-dear"]),
        ({"sort": "first"}, ["mid-cheap", "near-dear", "far-asked"]),
        ({"sort": "first", "after_18": True}, ["near-dear", "far-asked"]),
    ],
)
async def test_days_times_and_orders(network: Any, query: dict[str, Any], expected: list[str]):
    assert codes(await page(network, **query)) == expected


async def test_pages_by_first_slot_leave_nobody_out(network: Any):
    seen, cursor = [], {}
    for _ in range(3):
        found = await page(network, sort="first", limit=1, **cursor)
        seen += [one["code"] for one in found["items"]]
        cursor = {"cursor": found["next_cursor"]}
    assert (seen, found["next_cursor"]) == (["mid-cheap", "near-dear", "far-asked"], None)


async def cheap(harness: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in (await page(harness))["items"] if one["code"] == "mid-cheap")
    return found


async def test_booked_held_and_past_slots_are_not_shown(network: Any):
    shown = await cheap(network)
    [first, second] = shown["slots"][:2]
    facility_id = shown["facility_id"]
    body = booking_body(
        facility_id=facility_id, slot_id=first["slot_id"], appointment_at=first["starts_at"], doctor=None
    )
    assert (await network.client.post("/v1/bookings", json=body, headers=network.member())).status_code == 201
    held = f"/v1/facilities/{facility_id}/slots/{second['slot_id']}/hold"
    assert (await network.client.post(held, headers=network.member())).status_code == 200
    shown = await cheap(network)
    assert shown["slots"][0]["starts_at"] == "2026-12-16T09:30:00Z"
    network.clock.set(datetime(2026, 12, 15, 9, 30, tzinfo=UTC))
    shown = await cheap(network)
    assert [slot["starts_at"] for slot in shown["slots"]] == ["2026-12-17T09:30:00Z"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"sort": "first", "near": None}, "/query/sort"),
        ({"sort": "share", "service": None}, "/query/sort"),
        ({"available_from": "2026-12-10", "available_to": "2026-12-09"}, "/query/available_to"),
        ({"time_from": "11:00", "time_to": "11:00"}, "/query/time_to"),
    ],
)
async def test_windows_that_make_no_sense_are_refused(harness: Any, query: dict[str, Any], pointer: str):
    asked = {name: value for name, value in (NEAR | query).items() if value is not None}
    answer = await harness.client.get("/v1/facilities", params=asked, headers=harness.member())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
