"""Checks of decided claims by sample: the payment waits, and nothing ends a check but its result."""

import json
from typing import Any
from uuid import uuid4

import pytest
from factories_claims import Desk, claim_body, person_of, rows

from claims_api.domain.sampling import SampleRule
from kit.testing.databases import ServiceDatabase

EVERYTHING = SampleRule("everything", 10_000, frozenset(), frozenset(), -1, None)


class Drawn:
    """A settled claim that was drawn for a check."""

    def __init__(self, desk: Desk, dsn: str) -> None:
        self.desk = desk
        self.dsn = dsn
        self.claim_id = self.member_id = ""

    async def prepare(self, *, amount_cents: int = 15000, **decided: Any) -> None:
        await self.desk.publish_plan()
        member = await self.desk.register()
        self.member_id = member["member_id"]
        body = claim_body(person_of(member, "member"), amount_cents=amount_cents)
        _, (self.claim_id,) = await self.desk.submitted(member, body)
        await self.desk.decide(self.claim_id, requested_cents=amount_cents, **decided)

    async def check(self, result: str = "regular", name: str = "anna") -> Any:
        path = f"/v1/claims/{self.claim_id}/sample-check"
        headers = self.desk.tokens.headers(roles=["operator"], subject=name, key=uuid4().hex)
        return await self.desk.client.post(path, json={"result": result}, headers=headers)

    async def queue(self) -> list[str]:
        answer = await self.desk.client.get("/v1/work-items", headers=self.desk.staff("operator"))
        return [one["kind"] for one in answer.json()["items"]]

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        found = await rows(
            self.dsn, "select type, data from claims.outbox where type like 'claims.claim_check%' order by seq"
        )
        return [(one["type"].split(".")[1], json.loads(one["data"])) for one in found]


@pytest.fixture
async def drawn(desk: Desk, database: ServiceDatabase, sampling: list[SampleRule]) -> Drawn:
    sampling.append(EVERYTHING)
    return Drawn(desk, database.admin_dsn)


async def test_a_drawn_claim_is_checked_once_and_others_are_told(drawn: Drawn) -> None:
    await drawn.prepare()
    assert await drawn.queue() == ["sample"]
    ((opened, data),) = await drawn.told()
    assert opened == "claim_check_opened"
    assert data["check_id"] == data["claim_id"] == drawn.claim_id
    assert (data["check"], data["reason"], data["member_id"]) == ("sampling", "everything", drawn.member_id)
    assert (await drawn.check()).status_code == 200
    assert (await drawn.check()).json()["code"] == "sample_not_found"
    assert [(name, one.get("result")) for name, one in (await drawn.told())[1:]] == [("claim_check_closed", "regular")]
    assert await drawn.queue() == []


async def test_a_claim_that_was_not_drawn_waits_for_no_check(drawn: Drawn, sampling: list[SampleRule]) -> None:
    sampling.clear()
    await drawn.prepare()
    assert (await drawn.check()).json()["code"] == "sample_not_found"
    assert await drawn.told() == []


async def test_a_review_request_does_not_end_the_check(drawn: Drawn) -> None:
    await drawn.prepare()
    headers = drawn.desk.member(drawn.member_id)
    path = f"/v1/claims/{drawn.claim_id}/reviews"
    asked = await drawn.desk.client.post(path, json={"reason": "Manca una voce."}, headers=headers)
    assert sorted(await drawn.queue()) == ["review_request", "sample"]
    answer = {"outcome": "corrected", "reason_codes": ["facts_put_right"], "facts": {"amount_cents": 14000}}
    request_id = asked.json()["review_request_id"]
    done = await drawn.desk.client.post(
        f"{path}/{request_id}/answer", json=answer, headers=drawn.desk.staff("operator")
    )
    assert done.status_code == 200
    await drawn.desk.decide(drawn.claim_id, revision=2, payable_cents=8000)
    assert await drawn.queue() == ["sample"]
    assert (await drawn.check()).status_code == 200
    assert [name for name, _ in await drawn.told()] == ["claim_check_opened", "claim_check_closed"]


async def test_a_correction_that_goes_to_a_person_does_not_end_the_check(drawn: Drawn) -> None:
    await drawn.prepare()
    headers = drawn.desk.member(drawn.member_id)
    path = f"/v1/claims/{drawn.claim_id}/reviews"
    asked = (await drawn.desk.client.post(path, json={"reason": "Rivedere."}, headers=headers)).json()
    answer = {"outcome": "corrected", "reason_codes": ["facts_put_right"], "facts": {"service": "visita di controllo"}}
    answered = f"{path}/{asked['review_request_id']}/answer"
    await drawn.desk.client.post(answered, json=answer, headers=drawn.desk.staff("operator"))
    await drawn.desk.decide(drawn.claim_id, "refer", revision=2, review="operator")
    assert sorted(await drawn.queue()) == ["review", "sample"]


async def test_an_irregular_claim_is_decided_anew_before_its_check_is_closed(drawn: Drawn) -> None:
    await drawn.prepare()
    assert (await drawn.check("irregular")).json()["step"] == "correcting"
    query = "select data from claims.outbox where type = 'claims.claim_submitted.v1' order by seq desc limit 1"
    ((again),) = await rows(drawn.dsn, query)
    assert json.loads(again["data"])["request"]["extra"] == {"sample_check": "failed"}
    assert [name for name, _ in await drawn.told()] == ["claim_check_opened"]
    await drawn.desk.decide(drawn.claim_id, "deny", revision=2)
    assert [(name, one.get("result")) for name, one in (await drawn.told())[1:]] == [
        ("claim_check_closed", "irregular")
    ]
    assert await drawn.queue() == []


async def test_two_persons_find_a_large_claim_irregular(drawn: Drawn) -> None:
    await drawn.prepare(amount_cents=300000, payable_cents=200000)
    assert (await drawn.check("irregular")).json()["step"] == "proposed"
    assert await drawn.queue() == ["sample"]
    assert (await drawn.check("irregular")).json()["code"] == "same_person_twice"
    assert (await drawn.check("irregular", "bruno")).json()["step"] == "correcting"
