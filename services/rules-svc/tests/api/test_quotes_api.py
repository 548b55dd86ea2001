"""Quotes in a batch and without a login."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from factories_rules import Desk
from sqlalchemy import event

from kit.testing.tokens import TokenFactory
from rules_svc.bootstrap import Services
from rules_svc.entrypoints.http.quote_examples import QUOTES

VISIT: dict[str, Any] = {
    "key": "visit",
    "article": "3.6",
    "amount_cents": 12_000,
    "date": "2026-11-02",
    "mode": "direct",
    "provider_kind": "specialist",
    "specialty": "cardiologia",
}
HYGIENE = {"key": "hygiene", "codes": ["1001"], "amount_cents": 9_000, "date": "2026-11-02", "mode": "indirect"}


@pytest.fixture
async def spouse(desk: Desk) -> tuple[UUID, UUID]:
    member, person = uuid4(), uuid4()
    await desk.handle(desk.member_changed(member, [member, person]))
    return member, person


async def test_a_batch_tells_each_line_and_takes_nothing(
    client: httpx.AsyncClient, desk: Desk, spouse: tuple[UUID, UUID], tokens: TokenFactory, services: Services
) -> None:
    member, person = spouse
    headers = tokens.headers(roles=["member"], member_id=member)
    lines = [
        VISIT,
        HYGIENE,
        VISIT | {"key": "early", "date": "2001-01-01"},
        VISIT | {"key": "nowhere", "article": "9.9"},
        VISIT | {"key": "school", "article": "7.9"},
    ]
    body: dict[str, Any] = {"person_id": str(person), "items": lines}
    answer = await client.post("/v1/quotes/batch", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    found = {one["key"]: one for one in answer.json()["items"]}
    single = VISIT | {"person_id": str(person), "expense_date": "2026-11-02"}
    for name in ("key", "date"):
        single.pop(name)
    quoted = (await client.post("/v1/quotes", json=single, headers=headers)).json()["direct"]
    assert found["visit"]["payable_cents"] == quoted["payable_cents"] > 0
    assert found["visit"]["member_share_cents"] == 12_000 - quoted["payable_cents"]
    assert (found["hygiene"]["article"], found["hygiene"]["outcome"]) == ("5.1", "pay")
    assert (found["early"]["payable_cents"], found["early"]["reasons"][0]["code"]) == (None, "no_plan_in_force")
    assert found["nowhere"]["reasons"][0]["code"] == "article_not_found"
    assert (found["school"]["payable_cents"], found["school"]["reasons"][0]["code"]) == (0, "mode_not_offered")
    assert not await desk.rows("select * from rules.limit_balance")

    counts = []
    for many in (2, 100):
        body["items"] = [VISIT | {"key": str(index), "date": f"2026-11-{1 + index % 28:02}"} for index in range(many)]
        counted: list[str] = []

        def count(_conn: Any, _cursor: Any, statement: str, *_: Any, seen: list[str] = counted) -> None:
            seen.append(statement)

        engine = services.uow.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        assert (await client.post("/v1/quotes/batch", json=body, headers=headers)).status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize(
    "items",
    [
        [],
        [VISIT, VISIT],
        [VISIT | {"key": str(i)} for i in range(101)],
        [VISIT | {"article": ""}],
        [HYGIENE | {"x": 1}],
    ],
)
async def test_a_bad_batch_is_refused(
    client: httpx.AsyncClient, spouse: tuple[UUID, UUID], tokens: TokenFactory, items: list[dict[str, Any]]
) -> None:
    member, person = spouse
    headers = tokens.headers(roles=["member"], member_id=member)
    answer = await client.post("/v1/quotes/batch", json={"person_id": str(person), "items": items}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    stranger = tokens.headers(roles=["member"], member_id=uuid4())
    hidden = await client.post("/v1/quotes/batch", json={"person_id": str(person), "items": [VISIT]}, headers=stranger)
    assert hidden.json()["code"] == "person_not_found"


@pytest.mark.parametrize("name", QUOTES)
async def test_the_examples_of_the_reference_pay(
    client: httpx.AsyncClient, spouse: tuple[UUID, UUID], tokens: TokenFactory, name: str
) -> None:
    member, person = spouse
    headers = tokens.headers(roles=["member"], member_id=member)
    body = QUOTES[name]["value"] | {"person_id": str(person)}
    answer = (await client.post("/v1/quotes", json=body, headers=headers)).json()
    offered = [answer[mode] for mode in ("indirect", "direct") if answer[mode]]
    assert offered
    assert all(one["payable_cents"] > 0 for one in offered), answer


async def test_anybody_may_ask_with_stated_facts(client: httpx.AsyncClient, desk: Desk) -> None:
    body: dict[str, Any] = {
        "plan_id": "fnm",
        "article": "3.8",
        "expense_date": "2026-11-02",
        "amount_cents": 30_000,
        "service": "occhiali da vista",
    }
    answer = await client.post("/v1/anonymous-quotes", json=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["indirect"]["payable_cents"], answer.json()["direct"]["payable_cents"]) == (18_000, 19_500)
    spouse = {"relation": "spouse", "birth_date": "1985-05-05"}
    as_spouse = (await client.post("/v1/anonymous-quotes", json=body | {"person": spouse})).json()
    assert as_spouse["indirect"]["payable_cents"] == 14_400
    assert "person_id" not in as_spouse
    assert not await desk.rows("select * from rules.audit_entry where action like '%quoted'")
    for change, status in [
        ({"plan_id": "other"}, 404),
        ({"fund": "faschim"}, 404),
        ({"article": "9.9"}, 404),
        ({"person_id": str(uuid4())}, 422),
        ({"amount_cents": 0}, 422),
    ]:
        refused = await client.post("/v1/anonymous-quotes", json=body | change)
        assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
