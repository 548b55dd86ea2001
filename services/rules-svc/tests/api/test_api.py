"""The public API in process, on a real database."""

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


async def test_plans_are_shown(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    staff = tokens.headers(roles=["operator"])
    listed = (await client.get("/v1/plans", headers=staff)).json()["items"]
    assert [(one["plan_id"], one["version"]) for one in listed] == [("fnm", "2023-07-01")]
    plan = (await client.get("/v1/plans/fnm", headers=staff)).json()
    assert plan["payment_threshold_cents"] == 5000
    assert {"A1", "A4", "A6", "A9", "A10"} <= {one["id"] for one in plan["readings"]}
    article = (await client.get("/v1/plans/fnm/articles/3.8", headers=staff)).json()
    assert article["terms"][0]["limits"][0] == {
        "limit_id": "glasses",
        "title_it": "Occhiali e lenti, due anni solari",
        "title_en": "Glasses and lenses, two calendar years",
        "measure": "amount",
        "ceiling": 45_000,
    }
    assert len((await client.get("/v1/plans/fnm/articles/5.1", headers=staff)).json()["tariff"]) == 25
    assert (await client.get("/v1/plans/fnm/articles/9.9", headers=staff)).json()["code"] == "article_not_found"
    assert (await client.get("/v1/plans/other", headers=staff)).status_code == 404
    assert (await client.get("/v1/plans/fnm?on=2020-01-01", headers=staff)).status_code == 404
    assert (await client.get("/v1/plans")).status_code == 401


async def test_a_quote_shows_both_modes_and_takes_nothing(
    client: httpx.AsyncClient, desk: Desk, family: tuple[UUID, list[UUID]], tokens: TokenFactory
) -> None:
    member, persons = family
    own = tokens.headers(roles=["member"], member_id=member)
    body = {
        "person_id": str(persons[1]),
        "article": "3.8",
        "expense_date": "2026-11-02",
        "amount_cents": 30_000,
        "service": "occhiali da vista",
    }
    answer = await client.post("/v1/quotes", json=body, headers=own)
    assert answer.status_code == 200, answer.text
    quote = answer.json()
    assert quote["indirect"]["payable_cents"] == 14_400
    assert quote["direct"]["payable_cents"] == 15_600
    assert quote["direct"]["member_share_cents"] == 14_400
    assert [one["document"] for one in quote["indirect"]["documents"]] == ["prescription", "invoice"]
    assert {(one["mode"], one["left"]) for one in quote["limits"]} == {("indirect", 40_000), ("direct", 45_000)}
    assert not await desk.rows("select * from rules.limit_balance")
    one_mode = (await client.post("/v1/quotes", json=body | {"mode": "direct"}, headers=own)).json()
    assert one_mode["indirect"] is None
    dental = {"article": "", "items": [{"code": "1001", "amount_cents": 30_000}]}
    priced = (await client.post("/v1/quotes", json=body | dental, headers=own)).json()
    assert (priced["indirect"]["payable_cents"], priced["direct"]["payable_cents"]) == (4_000, 4_400)
    assert priced["article"] == "5.1"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"article": "9.9"}, 404, "article_not_found"),
        ({"expense_date": "2020-01-01"}, 422, "no_plan_in_force"),
        ({"article": "", "items": [{"code": "9999", "amount_cents": 100}]}, 404, "article_not_found"),
        ({"article": ""}, 422, None),
        ({"amount_cents": -1}, 422, None),
        ({"amount_cents": 10.5}, 422, None),
        ({"amount_cents": 100, "items": [{"code": "1001", "amount_cents": 101}]}, 422, None),
        ({"unknown": 1}, 422, None),
        ({"person_id": str(uuid4())}, 404, "person_not_found"),
    ],
)
async def test_a_bad_quote_is_refused(
    client: httpx.AsyncClient,
    desk: Desk,
    family: tuple[UUID, list[UUID]],
    tokens: TokenFactory,
    change: dict[str, object],
    status: int,
    code: str | None,
) -> None:
    member, persons = family
    body = {"person_id": str(persons[0]), "article": "3.6", "expense_date": "2026-11-02", "amount_cents": 15_000}
    answer = await client.post(
        "/v1/quotes", json=body | change, headers=tokens.headers(roles=["member"], member_id=member)
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if code:
        assert answer.json()["code"] == code
    else:
        assert answer.json()["errors"]


async def test_strangers_see_nothing(
    client: httpx.AsyncClient, desk: Desk, family: tuple[UUID, list[UUID]], tokens: TokenFactory
) -> None:
    _, persons = family
    claim = uuid4()
    await desk.handle(desk.claim(claim, persons[0], article="3.8", amount_cents=30_000))
    stranger = tokens.headers(roles=["member"], member_id=uuid4())
    body = {"person_id": str(persons[0]), "article": "3.6", "expense_date": "2026-11-02", "amount_cents": 15_000}
    assert (await client.post("/v1/quotes", json=body, headers=stranger)).status_code == 404
    assert (await client.get(f"/v1/limits?person_id={persons[0]}", headers=stranger)).status_code == 404
    assert (await client.get(f"/v1/decisions?claim_id={claim}", headers=stranger)).json() == {"items": []}
    decision = (await desk.rows("select decision_id from rules.decision"))[0].decision_id
    assert (await client.get(f"/v1/decisions/{decision}", headers=stranger)).status_code == 404
    other_fund = tokens.headers(roles=["operator"], fund="faschim")
    assert (await client.get(f"/v1/decisions/{decision}", headers=other_fund)).status_code == 404
    assert (await client.get("/v1/plans", headers=other_fund)).json() == {"items": []}
    facility = tokens.headers(roles=["facility"], facility_id=uuid4())
    assert (await client.get(f"/v1/limits?person_id={persons[0]}", headers=facility)).status_code == 403


async def test_limits_show_consumed_reserved_and_left(
    client: httpx.AsyncClient, desk: Desk, family: tuple[UUID, list[UUID]], tokens: TokenFactory
) -> None:
    member, persons = family
    item = [{"article": None, "code": "1107", "quantity": 1, "amount_cents": 9_000}]
    await desk.handle(
        desk.claim(uuid4(), persons[0], article="3.8", amount_cents=30_000),
        desk.booking(uuid4(), persons[0], amount_cents=20_000),
        desk.booking(uuid4(), persons[0], article="5.1", amount_cents=9_000, items=item),
    )
    headers = tokens.headers(roles=["member"], member_id=member)
    items = (await client.get(f"/v1/limits?person_id={persons[0]}", headers=headers)).json()["items"]
    glasses = {one["mode"]: one for one in items if one["limit_id"] == "glasses"}
    assert (glasses["indirect"]["consumed"], glasses["indirect"]["reserved"]) == (18_000, 13_000)
    assert (glasses["indirect"]["left"], glasses["direct"]["left"]) == (9_000, 14_000)
    assert glasses["direct"]["until"] == "2026-12-31"
    splints = [one for one in items if one["limit_id"] == "splintings"]
    assert {(one["reserved"], one["left"], one["until"]) for one in splints} == {(1, 0, "2028-10-12")}


async def test_decisions_are_explained(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    claim, person, booking = uuid4(), uuid4(), uuid4()
    await desk.handle(
        desk.claim(claim, person, article="3.8", amount_cents=30_000, documents=["invoice"]),
        desk.claim(claim, person, revision=2, article="3.8", amount_cents=30_000),
        desk.booking(booking, person, article="3.6", amount_cents=12_000),
    )
    staff = tokens.headers(roles=["operator"])
    items = (await client.get(f"/v1/decisions?claim_id={claim}", headers=staff)).json()["items"]
    assert [(one["revision"], one["outcome"], one["payable_cents"]) for one in items] == [
        (1, "pend", 0),
        (2, "pay", 18_000),
    ]
    assert items[1]["steps"][-1]["text_it"] == "Sussidio: 180,00 € (art. 3.8)."
    assert items[1]["limits_before"][0]["consumed"] == 0
    one = await client.get(f"/v1/decisions/{items[1]['decision_id']}", headers=staff)
    assert one.json() == items[1]
    booked = (await client.get(f"/v1/decisions?booking_id={booking}", headers=staff)).json()["items"]
    assert [(row["kind"], row["payable_cents"]) for row in booked] == [("booking", 9_000)]
    both = await client.get(f"/v1/decisions?booking_id={booking}&claim_id={claim}", headers=staff)
    assert (both.status_code, both.json()["code"]) == (422, "decision_filter_missing")
    audited = await desk.rows("select action from rules.audit_entry where action like 'decision%' order by 1")
    assert [row.action for row in audited] == ["decision_read", "decisions_read", "decisions_read"]
