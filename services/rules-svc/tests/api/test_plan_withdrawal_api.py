"""A published version is withdrawn: it decides nothing new, what it decided stays and replays."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from factories_rules import Desk
from sqlalchemy.exc import DBAPIError

from kit.testing.tokens import TokenFactory
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_reader import read_plan
from rules_svc.adapters.replay import differences
from rules_svc.adapters.text_catalogue import load_texts

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")
REASON = {"reason": "3.8: 410,00 al posto di 401,00"}


def version_of(name: str, day: str, glasses: str = "410.00", until: str = "") -> str:
    text = TEXT.replace('version: "2023-07-01"', f'version: "{name}"').replace("glasses: 400.00", f"glasses: {glasses}")
    end = f"\n  effective_to: {until}" if until else ""
    return text.replace("effective_from: 2023-07-01", f"effective_from: {day}{end}")


class Admin:
    """A plan administrator."""

    def __init__(self, client: httpx.AsyncClient, tokens: TokenFactory) -> None:
        self.client = client
        self.tokens = tokens

    async def withdraw(self, version: str, body: Any = None, role: str = "fund_admin") -> httpx.Response:
        headers = self.tokens.headers(roles=[role]) | {"Idempotency-Key": str(uuid4())}
        path = f"/v1/plans/fnm/versions/{version}/withdrawal"
        return await self.client.post(path, json=REASON if body is None else body, headers=headers)

    async def versions(self) -> dict[str, dict[str, Any]]:
        headers = self.tokens.headers(roles=["operator"])
        items = (await self.client.get("/v1/plans/fnm/versions", headers=headers)).json()["items"]
        return {one["version"]: one for one in items}


@pytest.fixture
def admin(client: httpx.AsyncClient, tokens: TokenFactory) -> Admin:
    return Admin(client, tokens)


GLASSES = {"article": "3.8", "amount_cents": 90_000, "expense_date": "2026-10-12"}


async def test_what_is_withdrawn_decides_nothing_new(desk: Desk, admin: Admin) -> None:
    await desk.publish(read_plan(version_of("2026-10-01", "2026-10-01")))
    await desk.handle(desk.claim(uuid4(), uuid4(), **GLASSES))
    answer = await admin.withdraw("2026-10-01")
    told = answer.json()
    assert (answer.status_code, told["state"], told["withdrawal_reason"]) == (200, "withdrawn", REASON["reason"])
    assert told["withdrawn_at"] == "2026-11-02T09:00:00Z"
    await desk.handle(desk.claim(uuid4(), uuid4(), **GLASSES))

    rows = await desk.rows("select * from rules.decision order by decision_id")
    decided = [(row.plan_version, row.payable_cents) for row in rows]
    assert sorted(decided) == [("2023-07-01", 40_000), ("2026-10-01", 41_000)]
    plans = {
        "2026-10-01": read_plan(version_of("2026-10-01", "2026-10-01")),
        "2023-07-01": read_plan(TEXT),
    }
    await _replays(desk, rows, plans)
    (event,) = await desk.published("rules.plan_withdrawn.v1")
    assert (event["version"], event["effective_from"], event["effective_to"]) == ("2026-10-01", "2026-10-01", None)
    again = await admin.withdraw("2026-10-01", {"reason": "twice"})
    assert (again.status_code, again.json()["withdrawal_reason"]) == (200, REASON["reason"])
    assert len(await desk.published("rules.plan_withdrawn.v1")) == 1
    assert not await desk.publish(plans["2026-10-01"])


async def _replays(desk: Desk, rows: Any, plans: dict[str, Any]) -> None:
    for row in rows:
        async with desk.services.uow.begin(desk.context()) as tx:
            plan = await tx.plans.compiled(row.plan_hash)
        assert plan.hash == plans[row.plan_version].hash
        taken = await desk.rows(
            "select limit_id, window_key, amount from rules.limit_posting where decision_id = :id", id=row.decision_id
        )
        stored = dict(row._mapping) | {"postings": sorted([one.limit_id, one.window_key, one.amount] for one in taken)}
        assert differences(stored, plan, load_texts()) == []


async def test_its_day_is_free_for_another_version(desk: Desk, admin: Admin) -> None:
    await desk.publish(read_plan(version_of("2027-01-01", "2027-01-01")))
    with pytest.raises(Exception, match="faults"):
        await desk.publish(read_plan(version_of("2027-01-01b", "2027-01-01")))
    assert (await admin.withdraw("2027-01-01")).status_code == 200
    assert await desk.publish(read_plan(version_of("2027-01-01b", "2027-01-01", "420.00")))
    shown = await admin.versions()
    assert {name: one["state"] for name, one in shown.items()} == {
        "2023-07-01": "published",
        "2027-01-01": "withdrawn",
        "2027-01-01b": "published",
    }


async def test_days_without_a_version_are_refused_by_name(desk: Desk, admin: Admin) -> None:
    only = await admin.withdraw("2023-07-01")
    assert (only.status_code, only.json()["code"]) == (409, "withdrawal_leaves_gap")
    assert only.json()["errors"][0]["message"] == "no other version is in force from 2023-07-01 on"
    await desk.publish(read_plan(version_of("2024-01-01", "2024-01-01", until="2025-01-01")))
    some = (await admin.withdraw("2023-07-01")).json()
    assert [one["message"] for one in some["errors"]] == [
        "no other version is in force from 2023-07-01 to the day before 2024-01-01",
        "no other version is in force from 2025-01-01 on",
    ]
    assert some["gaps"][0] == {"from": "2023-07-01", "until": "2024-01-01"}
    assert await desk.published("rules.plan_withdrawn.v1") == []


async def test_two_at_once_withdraw_once(desk: Desk, admin: Admin) -> None:
    await desk.publish(read_plan(version_of("2027-01-01", "2027-01-01")))
    answers = await asyncio.gather(*(admin.withdraw("2027-01-01") for _ in range(3)))
    assert [one.status_code for one in answers] == [200] * 3, [one.text for one in answers]
    assert len(await desk.published("rules.plan_withdrawn.v1")) == 1


async def test_it_takes_a_reason_a_role_and_a_published_version(desk: Desk, admin: Admin) -> None:
    assert (await admin.withdraw("2023-07-01", {"reason": "  "})).status_code == 422
    assert (await admin.withdraw("2023-07-01", {})).status_code == 422
    assert (await admin.withdraw("2023-07-01", role="operator")).status_code == 403
    unknown = await admin.withdraw("2031-01-01")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "plan_not_found")


async def test_the_database_keeps_one_standing_version_a_day(desk: Desk) -> None:
    copied = (
        "insert into rules.plan_version (fund, plan_id, version, hash, effective_from, content, published_at) "
        "select fund, plan_id, 'other', hash, effective_from, content, published_at from rules.plan_version returning 1"
    )
    with pytest.raises(DBAPIError, match="begins on 2023-07-01 already"):
        await desk.rows(copied)
