"""Review requests of members, corrections by the desk, and what the money does."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from document_samples import NeverInTime
from factories_claims import Desk, claim_body, outbox, pdf, person_of, rows, state_of, text_of

from claims_api.bootstrap import Services
from claims_api.entrypoints.document_jobs import check_documents
from claims_api.entrypoints.http.app import app_of
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase

REASON = {"reason": "La fattura è di un cardiologo."}
FIXED = {"outcome": "corrected", "reason_codes": ["facts_put_right"], "facts": {"amount_cents": 20000}}
STANDS = {"outcome": "confirmed", "reason_codes": ["decision_stands"]}
PAYOUT = "0197c0de-0000-7000-8000-0000000000aa"


class Reviews:
    """A settled claim, its member and people of the office."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.claim_id = self.case_id = self.member_id = ""

    async def settled(self, outcome: str = "pay", **changes: Any) -> None:
        await self.desk.publish_plan()
        member = await self.desk.register()
        self.member_id = member["member_id"]
        body = claim_body(person_of(member, "member"), **changes)
        self.case_id, (self.claim_id,) = await self.desk.submitted(member, body)
        await self.desk.decide(self.claim_id, outcome)

    def login(self, name: str) -> dict[str, str]:
        return self.desk.tokens.headers(roles=["operator"], subject=name, key=uuid4().hex)

    async def ask(self, **more: Any) -> httpx.Response:
        path = f"/v1/claims/{self.claim_id}/reviews"
        return await self.desk.client.post(path, json=REASON | more, headers=self.desk.member(self.member_id))

    async def answer(self, request_id: str, body: dict[str, Any], name: str = "anna") -> httpx.Response:
        path = f"/v1/claims/{self.claim_id}/reviews/{request_id}/answer"
        return await self.desk.client.post(path, json=body, headers=self.login(name))

    async def claim(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.desk.case(self.member_id, self.case_id))["claims"][0]
        return found

    async def paid(self) -> None:
        await self.desk.deliver("payouts.payout_sent.v1", {"payout_id": PAYOUT, "claim_ids": [self.claim_id]})


@pytest.fixture
def reviews(desk: Desk) -> Reviews:
    return Reviews(desk)


async def sent(database: ServiceDatabase, name: str) -> list[dict[str, Any]]:
    query = "select data from claims.outbox where type = $1 order by seq"
    return [json.loads(row["data"]) for row in await rows(database.admin_dsn, query, f"claims.{name}.v1")]


async def test_a_correction_pays_the_difference(reviews: Reviews, database: ServiceDatabase) -> None:
    await reviews.settled()
    await reviews.paid()
    paper = (await reviews.desk.upload(reviews.member_id, pdf("new"), "prescription")).json()["document_id"]
    asked = (await reviews.ask(documents=[{"document_id": paper}])).json()
    item = (await reviews.desk.client.post("/v1/work-items/next", headers=reviews.login("anna"))).json()["item"]
    assert (item["kind"], item["review_id"]) == ("review_request", asked["review_request_id"])
    answered = await reviews.answer(asked["review_request_id"], FIXED)
    assert (answered.json()["state"], answered.json()["claim_revision"]) == ("corrected", 2)
    during = await reviews.claim()
    assert (during["state"], during["settled_cents"], during["revision"]) == ("submitted", 9000, 2)
    path, member = f"/v1/claims/{reviews.claim_id}/withdraw", reviews.desk.member(reviews.member_id)
    back = await reviews.desk.client.post(path, headers=member)
    assert (back.status_code, back.json()["code"]) == (409, "claim_not_withdrawable")
    again = (await sent(database, "claim_submitted"))[-1]
    assert (again["revision"], again["request"]["amount_cents"], again["request"]["documents"]) == (
        2,
        20000,
        ["prescription"],
    )
    assert again["correction"]["previous_decision_id"] is not None

    # The bank's answer on the first transfer arrives while the rules think.
    returned = {"payout_id": PAYOUT, "member_id": None, "iban_last4": "3456", "reason_code": "AC04"}
    await reviews.desk.deliver("payouts.payout_returned.v1", returned | {"claim_ids": [reviews.claim_id]})
    await reviews.desk.decide(reviews.claim_id, revision=2, payable_cents=12000, requested_cents=20000)
    after = await reviews.claim()
    assert (after["state"], after["settled_cents"], after["requested_cents"]) == ("settled", 12000, 20000)
    (corrected,) = await sent(database, "claim_corrected")
    assert [corrected[name] for name in ("previous_cents", "payable_cents", "delta_cents", "revision")] == [
        9000,
        12000,
        3000,
        2,
    ]
    (told,) = await sent(database, "review_request_answered")
    assert (told["outcome"], told["reasons"][0]["code"]) == ("corrected", "facts_put_right")
    (before,) = await rows(database.admin_dsn, "select revision, before from claims.claim_fact_change")
    assert (before["revision"], json.loads(before["before"])["amount_cents"]) == (2, 15000)
    with pytest.raises(asyncpg.RestrictViolationError):
        await rows(database.admin_dsn, "update claims.claim_fact_change set revision = 9")
    assert await rows(database.admin_dsn, "select 1 from claims.parked_event") == []


@pytest.mark.parametrize(
    ("outcome", "changes", "state", "delta"),
    [
        ("pay", {"payable_cents": 4000}, "paid", -5000),
        ("pay", {"payable_cents": 9000}, "paid", None),
        ("deny", {}, "rejected", -9000),
    ],
)
async def test_less_the_same_or_nothing(
    reviews: Reviews, database: ServiceDatabase, outcome: str, changes: dict[str, Any], state: str, delta: int | None
) -> None:
    await reviews.settled()
    await reviews.paid()
    request_id = (await reviews.ask()).json()["review_request_id"]
    await reviews.answer(request_id, FIXED)
    await reviews.desk.decide(reviews.claim_id, outcome, revision=2, **changes)
    assert (await reviews.claim())["state"] == state
    found = [one["delta_cents"] for one in await sent(database, "claim_corrected")]
    assert found == ([] if delta is None else [delta])
    assert "claims.claim_rejected.v1" not in await outbox(database.admin_dsn)
    # A transfer that settles the difference names a claim that is paid already: nothing is parked.
    await reviews.desk.deliver("payouts.payout_sent.v1", {"payout_id": str(uuid4()), "claim_ids": []})


async def test_a_rejected_claim_is_settled_after_all(reviews: Reviews, database: ServiceDatabase) -> None:
    await reviews.settled("deny")
    request_id = (await reviews.ask()).json()["review_request_id"]
    await reviews.answer(request_id, FIXED)
    await reviews.desk.decide(reviews.claim_id, revision=2)
    assert (await reviews.claim())["state"] == "settled"
    assert len(await sent(database, "claim_settled")) == 1
    assert await sent(database, "claim_corrected") == []


async def test_the_decision_stands(reviews: Reviews, database: ServiceDatabase) -> None:
    await reviews.settled("deny")
    request_id = (await reviews.ask()).json()["review_request_id"]
    assert (await reviews.ask()).json()["code"] == "review_request_open"
    wrong = await reviews.answer(request_id, STANDS | {"facts": {"amount_cents": 1}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/facts")
    assert (await reviews.answer(request_id, STANDS)).json()["claim_state"] == "rejected"
    assert (await reviews.answer(request_id, STANDS)).json()["code"] == "review_request_not_found"
    path = f"/v1/claims/{reviews.claim_id}/reviews"
    listed = (await reviews.desk.client.get(path, headers=reviews.desk.member(reviews.member_id))).json()["items"]
    assert [(one["state"], one["reasons"][0]["code"]) for one in listed] == [("confirmed", "decision_stands")]
    assert [one["outcome"] for one in await sent(database, "review_request_answered")] == ["confirmed"]
    stranger = await reviews.desk.client.get(path, headers=reviews.desk.member(uuid4()))
    assert stranger.status_code == 404


async def test_the_term(reviews: Reviews, clock: FixedClock) -> None:
    await reviews.settled("deny")
    decided = clock.now()
    clock.set(decided.replace(year=2027, month=1, day=2))
    assert (await reviews.ask()).json()["code"] == "review_term_over"
    clock.set(decided.replace(year=2027, month=1, day=1))
    assert (await reviews.ask()).status_code == 201


async def test_what_was_paid_in_full_or_is_open_is_not_reviewed(reviews: Reviews) -> None:
    await reviews.settled("refer")
    assert (await reviews.ask()).json()["code"] == "not_reviewable"
    await reviews.desk.decide(reviews.claim_id, payable_cents=15000)
    assert (await reviews.ask()).json()["code"] == "not_reviewable"


async def test_two_persons_above_the_amount(reviews: Reviews) -> None:
    await reviews.settled()
    request_id = (await reviews.ask()).json()["review_request_id"]
    proposed = await reviews.answer(request_id, FIXED | {"facts": {"amount_cents": 100001}})
    assert (proposed.json()["state"], proposed.json()["claim_state"]) == ("proposed", "settled")
    path = f"/v1/claims/{reviews.claim_id}/reviews/{request_id}"
    same = await reviews.desk.client.post(f"{path}/confirm", headers=reviews.login("anna"))
    assert (same.status_code, same.json()["code"]) == (403, "same_person_twice")
    back = await reviews.desk.client.post(f"{path}/refuse", headers=reviews.login("bruno"))
    assert back.json()["state"] == "open"
    await reviews.answer(request_id, FIXED | {"facts": {"amount_cents": 100001}})
    both = await asyncio.gather(
        reviews.desk.client.post(f"{path}/confirm", headers=reviews.login("bruno")),
        reviews.desk.client.post(f"{path}/confirm", headers=reviews.login("carla")),
    )
    assert sorted(one.status_code for one in both) == [200, 404]
    assert (await reviews.claim())["revision"] == 2


async def test_the_desk_puts_facts_right_before_deciding(reviews: Reviews, database: ServiceDatabase) -> None:
    await reviews.settled("refer", document_number="77")
    path = f"/v1/claims/{reviews.claim_id}/facts"
    body = {"facts": {"article": "3.8", "service": "lenti"}, "reason": "È una fattura per lenti."}

    async def patch(revision: str) -> httpx.Response:
        headers = reviews.desk.staff("medical_consultant") | {"If-Match": revision}
        return await reviews.desk.client.patch(path, json=body, headers=headers)

    stale = await patch('"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_revision")
    done = await patch('"1"')
    assert (done.status_code, done.json()["state"], done.json()["article"]) == (200, "submitted", "3.8")
    (again,) = (await sent(database, "claim_submitted"))[1:]
    assert (again["revision"], again["request"]["article"], again["correction"]) == (2, "3.8", None)
    assert await rows(database.admin_dsn, "select 1 from claims.work_item where closed_at is null") == []


async def test_instalments_and_gross_amounts_pass_through(reviews: Reviews, database: ServiceDatabase) -> None:
    await reviews.desk.publish_plan()
    member = await reviews.desk.register()
    _, (claim_id,) = await reviews.desk.submitted(member, claim_body(person_of(member, "member")))
    parts = [{"number": n, "due_on": f"{2025 + n}-11-02", "amount_cents": 4500} for n in (1, 2)]
    said = {"payable_cents": 4500, "instalments": parts, "gross_of_withholding": True}
    await reviews.desk.decide(claim_id, reasons=[text_of("x", code="x")], **said)
    (settled,) = await sent(database, "claim_settled")
    assert {name: settled[name] for name in said} == said


async def test_a_review_rests_on_documents_that_are_ready(
    reviews: Reviews, services: Services, database: ServiceDatabase
) -> None:
    await reviews.settled()
    slow = replace(services, checker=NeverInTime())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(slow)), base_url="http://claims.test") as client:
        late = (await Desk(client, slow, reviews.desk.tokens).upload(reviews.member_id, pdf("late"))).json()
    before = await state_of(database.admin_dsn)
    documents = [{"document_id": late["document_id"]}]
    early = await reviews.ask(documents=documents)
    assert (early.status_code, early.json()["code"]) == (409, "documents_not_ready")
    assert early.headers["content-type"] == "application/problem+json"
    assert await state_of(database.admin_dsn) == before
    await check_documents(services)
    asked = (await reviews.ask(documents=documents)).json()
    # The member erases the paper before the desk answers.
    gone = await reviews.desk.client.delete(
        f"/v1/documents/{late['document_id']}", headers=reviews.desk.member(reviews.member_id)
    )
    assert gone.status_code < 300, gone.text
    before = await state_of(database.admin_dsn)
    refused = await reviews.answer(asked["review_request_id"], FIXED)
    assert (refused.status_code, refused.json()["code"]) == (409, "documents_not_ready")
    assert await state_of(database.admin_dsn) == before
    assert (await reviews.answer(asked["review_request_id"], STANDS)).status_code == 200
