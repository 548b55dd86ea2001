"""The operator desk: one item to one person, decisions by role, a second person above an amount."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from factories_claims import Desk, claim_body, outbox, pdf, person_of, rows, text_of

from claims_api.entrypoints.jobs import release_paper
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase

OPEN = [text_of("discretionary", code="discretionary")]
PASSED = [text_of("limit", "3.8", code="grant_over_limit") | {"remedy_it": "", "remedy_en": ""}]


class Office:
    """People of the office, each with a login of their own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def login(self, name: str, role: str = "operator") -> dict[str, str]:
        return self.desk.tokens.headers(roles=[role], subject=name, key=uuid4().hex)

    async def next(self, name: str, role: str = "operator") -> dict[str, Any] | None:
        answer = await self.desk.client.post("/v1/work-items/next", headers=self.login(name, role))
        assert answer.status_code == 200, answer.text
        item: dict[str, Any] | None = answer.json()["item"]
        return item

    async def decide(self, claim_id: str, name: str, role: str = "operator", **body: Any) -> httpx.Response:
        path = f"/v1/claims/{claim_id}/decisions"
        return await self.desk.client.post(path, json=body, headers=self.login(name, role))

    async def counted(self, review: dict[str, Any], **refusal: Any) -> None:
        """Let the rules count a granted payment, or refuse it with these reasons."""
        kind = "refused" if refusal else "counted"
        data = {name: review[name] for name in ("review_id", "claim_id")} | refusal
        await self.desk.deliver(f"rules.review_{kind}.v1", data, subject=review["claim_id"])

    async def referred(self, count: int = 1, review: str = "operator", **changes: Any) -> list[str]:
        """Send claims that the rules refer; return their ids in the order of receipt."""
        await self.desk.publish_plan()
        member = await self.desk.register()
        claims = []
        for number in range(count):
            body = claim_body(person_of(member, "member"), document_number=f"{review}-{number}", **changes)
            _, (claim_id,) = await self.desk.submitted(member, body)
            await self.desk.decide(claim_id, "refer", review=review, reasons=OPEN)
            claims.append(claim_id)
        return claims


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


PAY = {"outcome": "pay", "payable_cents": 9000, "reason_codes": ["granted_by_office"]}
DENY = {"outcome": "deny", "reason_codes": ["aesthetic"]}
ASK = {"outcome": "integration", "reason_codes": ["documents_missing"], "documents": ["prescription", "xray"]}


async def test_sixteen_at_once_never_meet(office: Office, database: ServiceDatabase) -> None:
    claims = await office.referred(12)
    served = await asyncio.gather(*(office.next(f"operator-{n}") for n in range(16)))
    given = [item["claim_id"] for item in served if item]
    assert sorted(given) == sorted(claims)
    assert max(Counter(given).values()) == 1
    held = await rows(database.admin_dsn, "select holder from claims.work_item where closed_at is null")
    assert len({row["holder"] for row in held}) == 12


async def test_the_database_refuses_a_second_item_of_a_claim(office: Office, database: ServiceDatabase) -> None:
    await office.referred()
    copy = (
        "insert into claims.work_item select (jsonb_populate_record(w, "
        "jsonb_build_object('item_id', gen_random_uuid()))).* from claims.work_item w"
    )
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await rows(database.admin_dsn, copy)
    assert caught.value.as_dict()["constraint_name"] == "work_item_open"


async def test_leases_end_are_renewed_and_given_back(office: Office, clock: FixedClock) -> None:
    first, second = await office.referred(2)
    item = await office.next("anna")
    assert item
    assert (item["claim_id"], item["mine"], item["state"]) == (first, True, "leased")
    clock.set(clock.now() + timedelta(minutes=9))
    renew = f"/v1/work-items/{item['item_id']}/renew"
    assert (await office.desk.client.post(renew, headers=office.login("bruno"))).json()["code"] == "lease_lost"
    renewed = await office.desk.client.post(renew, headers=office.login("anna"))
    assert renewed.status_code == 200
    clock.set(clock.now() + timedelta(minutes=9, seconds=59))
    other = await office.next("bruno")
    assert other
    assert other["claim_id"] == second
    clock.set(clock.now() + timedelta(seconds=1))
    taken = await office.next("carla")
    assert taken
    assert taken["claim_id"] == first
    lost = await office.desk.client.post(renew, headers=office.login("anna"))
    assert (lost.status_code, lost.json()["code"]) == (409, "lease_lost")
    release = f"/v1/work-items/{item['item_id']}/release"
    freed = await office.desk.client.post(release, headers=office.login("carla"))
    assert (freed.json()["state"], freed.json()["leased_until"]) == ("free", None)
    again = await office.next("anna")
    assert again
    assert again["claim_id"] == first


async def test_paper_waits_sixty_days(office: Office, clock: FixedClock) -> None:
    desk = office.desk
    await desk.publish_plan()
    member = await desk.register()
    own, staff = person_of(member, "member"), desk.staff("operator")
    opened = await desk.client.post("/v1/cases", json={"member_id": member["member_id"]}, headers=staff)
    case_id = opened.json()["case_id"]
    added = await desk.client.post(
        f"/v1/cases/{case_id}/claims", json=claim_body(own, document_number="paper"), headers=desk.staff("operator")
    )
    consents = {"consents": {"upload_rules": True, "privacy_notice": True, "health_data": True}}
    await desk.client.post(f"/v1/cases/{case_id}/submit", json=consents, headers=desk.staff("operator"))
    paper = added.json()["claim_id"]
    portal = []
    for days in (59, 2):
        clock.set(clock.now() + timedelta(days=days))
        _, (claim_id,) = await desk.submitted(member, claim_body(own, document_number=f"{days}"))
        await desk.decide(claim_id, "refer", review="operator", reasons=OPEN)
        portal.append(claim_id)
    assert await release_paper(desk.services) == 1
    await desk.decide(paper, "refer", review="operator", reasons=OPEN)
    items = (await desk.client.get("/v1/work-items", headers=office.login("anna"))).json()["items"]
    assert [item["claim_id"] for item in items] == [portal[0], paper, portal[1]]


async def test_list_filters_and_pages(office: Office, clock: FixedClock) -> None:
    claims = await office.referred(3)
    await office.next("anna")
    clock.set(clock.now() + timedelta(days=5))

    async def listed(**params: Any) -> list[str]:
        answer = await office.desk.client.get("/v1/work-items", params=params, headers=office.login("anna"))
        assert answer.status_code == 200, answer.text
        return [item["claim_id"] for item in answer.json()["items"]]

    await office.next("bruno")
    assert await listed(state="leased") == claims[:1]
    assert await listed(state="free") == claims[1:]
    assert await listed(article="3.6", kind="review", min_age_days=5) == claims
    assert await listed(min_age_days=6) == await listed(article="3.4") == await listed(kind="confirmation") == []
    page = (await office.desk.client.get("/v1/work-items?limit=2", headers=office.login("anna"))).json()
    rest = await listed(limit=2, cursor=page["next_cursor"])
    assert [item["claim_id"] for item in page["items"]] + rest == claims
    member = office.desk.member("0197c0de-0000-7000-8000-000000000001")
    assert (await office.desk.client.get("/v1/work-items", headers=member)).status_code == 403


async def test_a_person_pays_denies_or_asks(office: Office, database: ServiceDatabase) -> None:
    paid, denied, asked = await office.referred(3)
    answer = await office.decide(paid, "anna", **PAY)
    assert (answer.status_code, answer.json()["state"], answer.json()["claim_state"]) == (201, "counting", "referred")
    again = await office.decide(paid, "bruno", **PAY)
    assert (again.status_code, again.json()["code"]) == (409, "review_pending")
    for _ in range(2):
        await office.counted(answer.json())
    answer = await office.decide(denied, "anna", **DENY)
    assert answer.json()["claim_state"] == "rejected"
    answer = await office.decide(asked, "anna", **ASK, note="telefonato")
    assert answer.json()["claim_state"] == "suspended"
    events = [one for one in await outbox(database.admin_dsn) if "submitted" not in one and "changed" not in one]
    decided = "claims.claim_review_decided.v1"
    names = [decided, "claims.claim_settled.v1", decided, "claims.claim_rejected.v1", decided]
    assert events == [*names, "claims.claim_suspended.v1"]
    claim = (await office.desk.client.get(f"/v1/claims/{asked}", headers=office.login("anna"))).json()
    assert [one["document"] for one in claim["missing"]] == ["prescription", "xray"]
    assert (claim["reasons"][0]["code"], claim["lapses_on"]) == ("documents_missing", "2027-01-01")
    assert "telefonato" not in str(claim)
    assert await office.next("anna") is None
    again = await office.decide(paid, "anna", **PAY)
    assert (again.status_code, again.json()["code"]) == (409, "claim_not_referred")


async def test_an_integration_goes_back_to_the_rules(office: Office) -> None:
    (claim_id,) = await office.referred()
    await office.decide(claim_id, "anna", **ASK)
    claim = (await office.desk.client.get(f"/v1/claims/{claim_id}", headers=office.login("anna"))).json()
    case = (await office.desk.client.get(f"/v1/cases/{claim['case_id']}", headers=office.login("anna"))).json()
    me = case["member_id"]
    document = (await office.desk.upload(me, pdf(), "prescription")).json()["document_id"]
    body = {"documents": [{"document_id": document}]}
    path = f"/v1/claims/{claim_id}/documents"
    assert (await office.desk.client.post(path, json=body, headers=office.desk.member(me))).status_code == 200
    await office.desk.decide(claim_id, "refer", revision=2, review="operator", reasons=OPEN)
    item = await office.next("bruno")
    assert item
    assert item["claim_id"] == claim_id


async def test_a_claim_in_hand_is_not_decided_by_another(office: Office, clock: FixedClock) -> None:
    (claim_id,) = await office.referred()
    await office.next("anna")
    held = await office.decide(claim_id, "bruno", **DENY)
    assert (held.status_code, held.json()["code"]) == (409, "work_item_held")
    clock.set(clock.now() + timedelta(minutes=10))
    assert (await office.decide(claim_id, "bruno", **DENY)).status_code == 201


@pytest.mark.parametrize("role", ["medical_consultant", "board"])
async def test_each_role_decides_its_own(office: Office, role: str) -> None:
    (claim_id,) = await office.referred(review=role)
    assert await office.next("anna") is None
    refused = await office.decide(claim_id, "anna", **DENY)
    assert (refused.status_code, refused.json()["code"]) == (403, "reviewer_role_required")
    item = await office.next("dora", role)
    assert item
    assert (await office.decide(claim_id, "dora", role, **DENY)).json()["claim_state"] == "rejected"


async def test_a_payment_that_would_pass_a_limit_comes_back_with_the_rule(
    office: Office, database: ServiceDatabase
) -> None:
    (claim_id,) = await office.referred()
    item = await office.next("anna")
    granted = (await office.decide(claim_id, "anna", **PAY)).json()
    assert await office.next("anna") is None
    await office.counted(granted, reasons=PASSED)
    await office.counted(granted)
    again = await office.next("bruno")
    assert item
    assert again
    assert (again["claim_id"], again["queued_at"]) == (claim_id, item["queued_at"])
    await office.desk.client.post(f"/v1/work-items/{again['item_id']}/release", headers=office.login("bruno"))
    listed = await office.desk.client.get(f"/v1/claims/{claim_id}/decisions", headers=office.login("anna"))
    assert [(one["state"], one["refusal"]) for one in listed.json()["items"]] == [("over_limit", PASSED)]
    assert "claims.claim_settled.v1" not in await outbox(database.admin_dsn)
    more = await office.decide(claim_id, "anna", **{**PAY, "payable_cents": 15001})
    assert (more.status_code, more.json()["errors"][0]["rule"]) == (422, "payable_within_request")
    assert (await office.decide(claim_id, "anna", **{**PAY, "payable_cents": 15000})).status_code == 201
    with pytest.raises(asyncpg.CheckViolationError):
        await rows(database.admin_dsn, "update claims.claim_review set payable_cents = requested_cents + 1")


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({**PAY, "payable_cents": None}, "payable_with_pay"),
        ({**DENY, "payable_cents": 5}, "payable_with_pay"),
        ({**ASK, "documents": []}, "documents_with_integration"),
        ({**DENY, "documents": ["xray"]}, "documents_with_integration"),
        ({**DENY, "reason_codes": ["granted_by_board"]}, "unknown_reason"),
        ({**DENY, "reason_codes": ["made_up"]}, "unknown_reason"),
    ],
)
async def test_parts_that_do_not_go_together(office: Office, body: dict[str, Any], rule: str) -> None:
    (claim_id,) = await office.referred()
    answer = await office.decide(claim_id, "anna", **body)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)
    assert await office.next("anna") is not None


async def test_four_eyes(office: Office, database: ServiceDatabase) -> None:
    exact, above = await office.referred(2, amount_cents=200000)
    at_limit = await office.decide(exact, "anna", **{**PAY, "payable_cents": 100000})
    assert at_limit.json()["state"] == "counting"
    proposed = (await office.decide(above, "anna", **{**PAY, "payable_cents": 100001})).json()
    assert (proposed["state"], proposed["claim_state"]) == ("proposed", "referred")
    assert await office.next("anna") is None
    item = await office.next("bruno")
    assert item
    assert (item["kind"], item["review_id"]) == ("confirmation", proposed["review_id"])
    path = f"/v1/claims/{above}/decisions/{proposed['review_id']}/confirm"
    twice = await office.desk.client.post(path, headers=office.login("anna"))
    assert twice.status_code in {403, 409}
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await rows(
            database.admin_dsn,
            "update claims.claim_review set state = 'decided', second_by = proposed_by, second_at = now() "
            "where state = 'proposed'",
        )
    assert caught.value.as_dict()["constraint_name"] == "two_persons"
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await rows(database.admin_dsn, "update claims.claim_review set state = 'decided' where state = 'proposed'")
    assert caught.value.as_dict()["constraint_name"] == "second_confirms"
    confirmed = await office.desk.client.post(path, headers=office.login("bruno"))
    assert (confirmed.json()["state"], confirmed.json()["second_by"]) == ("counting", "bruno")
    await office.counted(confirmed.json())
    claim = (await office.desk.client.get(f"/v1/claims/{above}", headers=office.login("anna"))).json()
    assert (claim["state"], claim["payable_cents"]) == ("settled", 100001)


async def test_the_proposer_is_refused_and_a_refusal_goes_back_to_the_queue(office: Office) -> None:
    (claim_id,) = await office.referred(amount_cents=200000)
    proposed = (await office.decide(claim_id, "anna", **{**PAY, "payable_cents": 150000})).json()
    path = f"/v1/claims/{claim_id}/decisions/{proposed['review_id']}"
    same = await office.desk.client.post(f"{path}/confirm", headers=office.login("anna"))
    assert (same.status_code, same.json()["code"]) == (403, "same_person_twice")
    pending = await office.decide(claim_id, "bruno", **DENY)
    assert (pending.status_code, pending.json()["code"]) == (409, "review_pending")
    refused = await office.desk.client.post(f"{path}/refuse", headers=office.login("bruno"))
    assert (refused.json()["state"], refused.json()["claim_state"]) == ("refused", "referred")
    item = await office.next("anna")
    assert item
    assert item["kind"] == "review"
    listed = await office.desk.client.get(f"/v1/claims/{claim_id}/decisions", headers=office.login("anna"))
    assert [one["state"] for one in listed.json()["items"]] == ["refused"]


async def test_reasons_are_data(office: Office) -> None:
    answer = (await office.desk.client.get("/v1/reasons", headers=office.login("anna"))).json()
    assert {"code", "outcomes", "article", "text_it", "text_en"} == set(answer["items"][0])
    assert answer["four_eyes_above_cents"] == 100000
