"""Checks of decided claims by sample: the payment waits, and nothing ends a check but its result."""

import json
from typing import Any

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

    async def prepare(self, **decided: Any) -> None:
        await self.desk.publish_plan()
        member = await self.desk.register()
        self.member_id = member["member_id"]
        _, (self.claim_id,) = await self.desk.submitted(member, claim_body(person_of(member, "member")))
        await self.desk.decide(self.claim_id, **decided)

    async def check(self, result: str = "regular") -> Any:
        path = f"/v1/claims/{self.claim_id}/sample-check"
        return await self.desk.client.post(path, json={"result": result}, headers=self.desk.staff("operator"))

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
