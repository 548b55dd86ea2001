"""Versions, differences, the page and the schema of plans over HTTP."""

import httpx
import jsonschema
import pytest
from factories_rules import Desk

from kit.testing.tokens import TokenFactory
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import PlanSource, read_plan

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")
NEXT = "2026-01-01"


def next_version() -> PlanSource:
    changed = TEXT.replace('version: "2023-07-01"', f'version: "{NEXT}"')
    changed = changed.replace("effective_from: 2023-07-01", f"effective_from: {NEXT}", 1)
    return read_plan(changed.replace("glasses: 450.00", "glasses: 500.00"))


@pytest.fixture
def staff(tokens: TokenFactory) -> dict[str, str]:
    return tokens.headers(roles=["operator"])


async def test_versions_and_their_difference(client: httpx.AsyncClient, desk: Desk, staff: dict[str, str]) -> None:
    await desk.publish(next_version())
    listed = (await client.get("/v1/plans/fnm/versions", headers=staff)).json()["items"]
    assert [one["version"] for one in listed] == [NEXT, "2023-07-01"]
    answer = await client.get(f"/v1/plans/fnm/diff?from=2023-07-01&to={NEXT}", headers=staff)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["plan_id"], found["from_version"], found["to_version"]) == ("fnm", "2023-07-01", NEXT)
    limit = next(one for one in found["changes"] if one["article"] == "3.8")
    assert (limit["what"], limit["before"], limit["after"]) == ("limit glasses, direct mode", "450.00", "500.00")
    assert limit["pointer"] == "/benefits/3.8/terms/direct/accumulators/glasses"
    assert {one["what"] for one in found["changes"] if one["article"] == "plan"} == {"version", "in force from"}
    back = (await client.get(f"/v1/plans/fnm/diff?from={NEXT}&to=2023-07-01", headers=staff)).json()
    assert len(back["changes"]) == len(found["changes"])


async def test_the_page_is_that_of_the_version_in_force(
    client: httpx.AsyncClient, desk: Desk, staff: dict[str, str]
) -> None:
    await desk.publish(next_version())
    page = await client.get("/v1/plans/fnm/page?on=2025-12-31", headers=staff)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "sino a € 450,00 in due anni solari" in page.text
    assert (
        "sino a € 500,00 in due anni solari" in (await client.get(f"/v1/plans/fnm/page?on={NEXT}", headers=staff)).text
    )
    text = await client.get("/v1/plans/fnm/page?format=md", headers=staff)
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.text.startswith("# Piano di assistenza")


async def test_the_schema_is_given_to_editors(client: httpx.AsyncClient, desk: Desk, staff: dict[str, str]) -> None:
    answer = await client.get("/v1/plans/schema", headers=staff)
    jsonschema.Draft202012Validator.check_schema(answer.json())
    assert "benefits" in answer.json()["required"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/plans/other/versions", 404),
        ("/v1/plans/fnm/diff?from=2023-07-01&to=1999-01-01", 404),
        ("/v1/plans/fnm/diff?from=2023-07-01", 422),
        ("/v1/plans/other/page", 404),
        ("/v1/plans/fnm/page?on=2020-01-01", 404),
        ("/v1/plans/fnm/page?format=pdf", 422),
    ],
)
async def test_what_is_not_there(
    client: httpx.AsyncClient, desk: Desk, staff: dict[str, str], path: str, status: int
) -> None:
    assert (await client.get(path, headers=staff)).status_code == status


@pytest.mark.parametrize("path", ["fnm/versions", "fnm/diff?from=a&to=b", "fnm/page", "schema"])
async def test_strangers_see_nothing(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/v1/plans/{path}")).status_code == 401
