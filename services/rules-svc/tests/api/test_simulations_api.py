"""Simulations over HTTP: asked for, run, read as JSON, CSV and a drawing."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import httpx
from factories_rules import Desk

from kit.context import Context
from kit.testing.tokens import TokenFactory
from rules_svc.adapters.plan_files import plan_files
from rules_svc.bootstrap import Services
from rules_svc.entrypoints.simulator import simulate

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")
MORE = TEXT.replace("glasses: 400.00", "glasses: 410.00")
HISTORY = {"kind": "history", "from": "2026-01-01", "to": "2026-12-31"}


def _headers(tokens: TokenFactory, *roles: str) -> dict[str, str]:
    return tokens.headers(roles=list(roles or ["fund_admin"])) | {"Idempotency-Key": str(uuid4())}


async def _run(services: Services, simulation_id: str) -> None:
    async with services.uow.begin(Context(fund="*", actor="system:test", now=services.clock.now())) as tx:
        assert await tx.simulations.take(silent_for=services.clock.now() - services.clock.now()) is not None
    await simulate(services, "fnm", UUID(simulation_id))


async def test_a_draft_against_the_decisions_that_stand(
    client: httpx.AsyncClient, desk: Desk, services: Services, tokens: TokenFactory
) -> None:
    person, cancelled = uuid4(), uuid4()
    dear = [desk.claim(uuid4(), person, article="3.8", amount_cents=90_000), desk.claim(uuid4(), uuid4())]
    await desk.handle(desk.booking(cancelled, uuid4(), article="3.8", amount_cents=90_000), *dear)
    await desk.handle(desk.booking_end("cancelled", cancelled))
    asked = {"plan_id": "fnm", "yaml": MORE, "population": HISTORY}
    answer = await client.post("/v1/simulations", json=asked, headers=_headers(tokens))
    assert answer.status_code == 202, answer.text
    place = answer.headers["Location"]
    waiting = await client.get(f"{place}/chart", headers=_headers(tokens))
    assert (waiting.status_code, waiting.json()["code"]) == (409, "simulation_not_done")
    await _run(services, answer.json()["simulation_id"])

    shown = (await client.get(place, headers=_headers(tokens))).json()
    assert (shown["state"], shown["claims_done"], shown["claims_total"]) == ("done", 2, 2)
    result = shown["result"]
    assert (result["totals"]["claims"], result["totals"]["delta_cents"], result["totals"]["changed"]) == (2, 1_000, 1)
    assert {one["article"]: one["delta_cents"] for one in result["articles"]} == {"3.6": 0, "3.8": 1_000}
    assert (result["members"]["gaining"], result["members"]["largest"][0]["member"]) == (1, str(person))
    assert (result["cases"][0]["before_cents"], result["cases"][0]["after_cents"]) == (40_000, 41_000)
    table = await client.get(f"{place}/tables/articles", headers=_headers(tokens))
    assert [row["delta_cents"] for row in csv.DictReader(io.StringIO(table.text))] == ["0", "1000"]
    drawn = await client.get(f"{place}/chart", headers=_headers(tokens))
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "+10 €" in "".join(ET.fromstring(drawn.text).itertext())  # noqa: S314 (our own drawing)
    listed = (await client.get("/v1/simulations", headers=_headers(tokens))).json()["items"]
    assert [one["simulation_id"] for one in listed] == [shown["simulation_id"]]


async def test_a_synthetic_population_is_the_same_each_time(
    client: httpx.AsyncClient, desk: Desk, services: Services, tokens: TokenFactory
) -> None:
    population = {"kind": "synthetic", "claims": 300, "seed": 7, "from": "2024-01-01"}
    results = []
    for _ in range(2):
        asked = {"plan_id": "fnm", "yaml": TEXT, "population": population}
        answer = await client.post("/v1/simulations", json=asked, headers=_headers(tokens))
        await _run(services, answer.json()["simulation_id"])
        results.append((await client.get(answer.headers["Location"], headers=_headers(tokens))).json()["result"])
    assert results[0] == results[1]
    assert (results[0]["totals"]["claims"], results[0]["totals"]["changed"]) == (300, 0)
    assert results[0]["totals"]["before_cents"] > 0


BAD: list[tuple[dict[str, Any], str | None]] = [
    ({"yaml": TEXT.replace("glasses: 400.00", "glasses: abc", 1)}, None),
    ({"yaml": TEXT.replace("rules: [FNM-3.8-R18]", "interpretation: [A999]")}, "reading_unknown"),
    ({"yaml": "plan: ["}, None),
    ({"plan_id": "other"}, None),
    ({"population": HISTORY | {"to": "2025-01-01"}}, None),
    ({"population": {"kind": "synthetic", "claims": 1_000_001, "from": "2024-01-01"}}, None),
]


async def test_a_bad_question_is_refused(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    right = {"plan_id": "fnm", "yaml": TEXT, "population": HISTORY}
    for change, rule in BAD:
        answer = await client.post("/v1/simulations", json=right | change, headers=_headers(tokens))
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
        assert rule is None or rule in {one["rule"] for one in answer.json()["errors"]}
    for role in ("operator", "member"):
        refused = await client.post("/v1/simulations", json=right, headers=_headers(tokens, role))
        assert refused.status_code == 403
    assert not await desk.rows("select * from rules.simulation")
