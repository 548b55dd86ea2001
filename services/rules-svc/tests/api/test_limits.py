"""The limits of a family over HTTP, and what used them."""

from uuid import UUID, uuid4

import httpx
import pytest
from factories_rules import Desk

from kit.testing.tokens import TokenFactory


@pytest.fixture
async def family(desk: Desk) -> tuple[UUID, list[UUID]]:
    member, persons = uuid4(), [uuid4(), uuid4()]
    await desk.handle(desk.member_changed(member, persons))
    return member, persons


async def test_the_limits_of_a_family_and_of_one_article(
    client: httpx.AsyncClient, desk: Desk, family: tuple[UUID, list[UUID]], tokens: TokenFactory
) -> None:
    member, persons = family
    await desk.handle(desk.claim(uuid4(), persons[1], article="3.8", amount_cents=30_000, relation="spouse"))
    own = tokens.headers(roles=["member"], member_id=member)
    items = (await client.get("/v1/limits?article=3.8", headers=own)).json()["items"]
    assert {one["limit_id"] for one in items} == {"glasses"}
    left = {(one["relation"], one["mode"]): one["left"] for one in items}
    assert left == {
        ("member", "indirect"): 40_000,
        ("member", "direct"): 45_000,
        ("spouse", "indirect"): 22_000,
        ("spouse", "direct"): 27_000,
    }
    staff = tokens.headers(roles=["operator"])
    assert (await client.get(f"/v1/limits?article=3.8&member_id={member}", headers=staff)).json()["items"] == items
    unnamed = await client.get("/v1/limits", headers=staff)
    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "family_not_named")
    stranger = tokens.headers(roles=["member"], member_id=uuid4())
    assert (await client.get(f"/v1/limits?member_id={member}", headers=stranger)).status_code == 404


async def test_movements_tell_what_used_a_limit(
    client: httpx.AsyncClient, desk: Desk, family: tuple[UUID, list[UUID]], tokens: TokenFactory
) -> None:
    member, (person, _) = family
    claim = uuid4()
    await desk.handle(desk.claim(claim, person, article="3.8", amount_cents=30_000))
    await desk.handle(desk.claim(claim, person, revision=2, article="3.8", amount_cents=10_000))
    own = tokens.headers(roles=["member"], member_id=member)
    path = f"/v1/limits/glasses/movements?person_id={person}"
    whole = (await client.get(path, headers=own)).json()
    found = [(one["kind"], one["window"], one["amount"]) for one in whole["items"]]
    assert sorted(found) == [
        ("consume", "2025-2026", 6_000),
        ("consume", "2025-2026", 18_000),
        ("consume", "2026-2027", 6_000),
        ("consume", "2026-2027", 18_000),
        ("reverse", "2025-2026", 18_000),
        ("reverse", "2026-2027", 18_000),
    ]
    assert {(one["source_kind"], one["source_id"], one["article"]) for one in whole["items"]} == {
        ("claim", str(claim), "3.8")
    }
    first = (await client.get(f"{path}&limit=4", headers=own)).json()
    rest = (await client.get(f"{path}&limit=4&cursor={first['next_cursor']}", headers=own)).json()
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (whole["items"], None)
    stranger = tokens.headers(roles=["member"], member_id=uuid4())
    assert (await client.get(path, headers=stranger)).status_code == 404
