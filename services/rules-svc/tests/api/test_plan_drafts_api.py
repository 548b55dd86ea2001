"""A plan administrator changes a percentage: check, save, publish, export."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
from factories_rules import Desk

from kit.testing.tokens import TokenFactory
from rules_svc.adapters.plan_export import yaml_of
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import PlanSource, plan_from_content, read_plan

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")
NEXT = (
    TEXT.replace('version: "2023-07-01"', 'version: "2027-01-01"')
    .replace("version: 2023-07-01", "version: 2027-01-01")
    .replace("effective_from: 2023-07-01", "effective_from: 2027-01-01")
    .replace("status: published", "status: draft", 1)
    .replace("glasses: 400.00", "glasses: 410.00")
)
SCENARIO = """
article: "3.8"
defaults:
  member: {category: employee, enrolled_on: 2010-03-01, birth_date: 1975-06-15}
  beneficiary: {relation: member, birth_date: 1975-06-15}
  request: {mode: indirect, expense_date: 2027-03-11, received_on: 2027-04-02, amount: 900.00,
            provider: {kind: optician}, service: occhiale completo, documents: [invoice, prescription]}
scenarios:
  - {name: dear glasses, expect: {decision: pay, payable: 410.00}}
"""


def _headers(tokens: TokenFactory, *roles: str) -> dict[str, str]:
    return tokens.headers(roles=list(roles or ["fund_admin"])) | {"Idempotency-Key": str(uuid4())}


async def _post(client: httpx.AsyncClient, tokens: TokenFactory, path: str, body: Any = None) -> httpx.Response:
    return await client.post(f"/v1/plans/fnm/{path}", json=body, headers=_headers(tokens))


async def test_a_version_from_draft_to_decision(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    body = {"yaml": NEXT, "scenarios": {"3.8.yaml": SCENARIO}}
    checked = (await _post(client, tokens, "validate", body)).json()
    assert (checked["valid"], checked["faults"], checked["compared_with"]) == (True, [], "2023-07-01")
    assert ("400.00", "410.00") in {(one["before"], one["after"]) for one in checked["changes"]}
    saved = await _post(client, tokens, "versions", body)
    assert (saved.status_code, saved.headers["Location"]) == (201, "/v1/plans/fnm/drafts/2027-01-01")
    assert await desk.published("rules.plan_published.v1") == (await desk.published("rules.plan_published.v1"))[:1]
    file = await client.get("/v1/plans/fnm/drafts/2027-01-01/file", headers=_headers(tokens))
    assert "$schema=plan.schema.json" in file.text.partition("\n")[0]

    published = await _post(client, tokens, "versions/2027-01-01/publish")
    assert (published.status_code, published.json()["state"]) == (200, "published"), published.text
    events = await desk.published("rules.plan_published.v1")
    assert [one["version"] for one in events] == ["2023-07-01", "2027-01-01"]
    exported = await client.get("/v1/plans/fnm/versions/2027-01-01/file", headers=_headers(tokens))
    assert read_plan(exported.text).hash == events[-1]["hash"]
    for day, ceiling in (("2026-12-31", 40_000), ("2027-01-01", 41_000)):
        shown = (await client.get(f"/v1/plans/fnm/articles/3.8?on={day}", headers=_headers(tokens))).json()
        terms = next(one for one in shown["terms"] if one["mode"] == "indirect")
        assert [limit["ceiling"] for limit in terms["limits"]] == [ceiling]
    again = await _post(client, tokens, "versions", body)
    assert (again.status_code, again.json()["code"]) == (409, "plan_version_taken")
    gone = await _post(client, tokens, "versions/2027-01-01/withdraw")
    assert (gone.status_code, gone.json()["code"]) == (404, "draft_not_found")


async def test_faults_are_told_with_line_and_rule(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    wrong = NEXT.replace("rules: [FNM-3.8-R18]", "rules: [FNM-3.8-R81]")
    (fault,) = (await _post(client, tokens, "validate", {"yaml": wrong})).json()["faults"]
    assert (fault["rule"], fault["pointer"]) == ("rule_unknown", "/benefits/3.8/exclusions/repair")
    assert re.match(r"line \d+: FNM-3.8-R81", fault["message"])
    broken = await _post(client, tokens, "validate", {"yaml": NEXT.replace("glasses: 410.00", "glasses: abc", 1)})
    (shape,) = broken.json()["errors"]
    at = NEXT[: NEXT.index("glasses: 410.00")].count("\n") + 1
    assert (broken.status_code, shape["message"].partition(":")[0]) == (422, f"line {at}")

    scenario = {"3.8.yaml": SCENARIO.replace("410.00", "420.00")}
    assert (await _post(client, tokens, "versions", {"yaml": NEXT, "scenarios": scenario})).status_code == 201
    refused = await _post(client, tokens, "versions/2027-01-01/publish")
    assert (refused.status_code, [one["rule"] for one in refused.json()["errors"]]) == (422, ["scenario"])
    same_day = NEXT.replace("effective_from: 2027-01-01", "effective_from: 2023-07-01")
    await _post(client, tokens, "versions", {"yaml": same_day})
    taken = await _post(client, tokens, "versions/2027-01-01/publish")
    assert [one["rule"] for one in taken.json()["errors"]] == ["day_taken"]
    put_away = await _post(client, tokens, "versions/2027-01-01/withdraw")
    assert put_away.json()["state"] == "withdrawn"
    listed = (await client.get("/v1/plans/fnm/drafts", headers=_headers(tokens))).json()["items"]
    assert [(one["version"], one["state"]) for one in listed] == [("2027-01-01", "withdrawn")]
    assert len(await desk.published("rules.plan_published.v1")) == 1


async def test_only_a_plan_administrator_of_the_fund_publishes(
    client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory
) -> None:
    body = {"yaml": NEXT}
    for role in ("operator", "board"):
        refused = await client.post("/v1/plans/fnm/versions", json=body, headers=_headers(tokens, role))
        assert refused.status_code == 403
    other = tokens.headers(roles=["fund_admin"], fund="faschim") | {"Idempotency-Key": str(uuid4())}
    strange = await client.post("/v1/plans/fnm/versions", json=body, headers=other)
    assert (strange.status_code, strange.json()["code"]) == (422, "plan_invalid")
    named = await client.post("/v1/plans/other/versions", json=body, headers=_headers(tokens))
    assert named.status_code == 422
    assert not await desk.rows("select * from rules.plan_draft")


def test_a_version_without_its_text_is_exported_from_its_content(source: PlanSource) -> None:
    written = yaml_of(plan_from_content(source.content))
    assert read_plan(written).hash == source.hash
    assert read_plan(written).file.plan.effective_from == date(2023, 7, 1)
