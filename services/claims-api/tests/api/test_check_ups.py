"""Check-up visits (1.3): ordered by the desk, seen by the member, recorded, and what they do to the decision."""

import json
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from factories_claims import Desk, claim_body, person_of, rows

from kit.testing.databases import ServiceDatabase

ORDER = {"reason": "Verifica della prestazione dichiarata.", "due_on": "2026-11-20", "place": "Piazzale Cadorna 14"}


class Visits:
    """A claim, its member, and people of the office."""

    def __init__(self, desk: Desk, dsn: str) -> None:
        self.desk = desk
        self.dsn = dsn
        self.claim_id = self.case_id = self.member_id = ""

    async def prepare(self, outcome: str = "pay", *, amount_cents: int = 15000, **decided: Any) -> None:
        await self.desk.publish_plan()
        member = await self.desk.register()
        self.member_id = member["member_id"]
        body = claim_body(person_of(member, "member"), amount_cents=amount_cents)
        self.case_id, (self.claim_id,) = await self.desk.submitted(member, body)
        await self.desk.decide(self.claim_id, outcome, requested_cents=amount_cents, **decided)

    def login(self, name: str) -> dict[str, str]:
        return self.desk.tokens.headers(roles=["medical_consultant"], subject=name, key=uuid4().hex)

    async def order(self, **changes: Any) -> Any:
        path = f"/v1/claims/{self.claim_id}/check-up-visits"
        return await self.desk.client.post(path, json=ORDER | changes, headers=self.login("anna"))

    async def record(self, visit_id: str, outcome: str, name: str = "anna") -> Any:
        path = f"/v1/check-up-visits/{visit_id}/outcome"
        return await self.desk.client.post(path, json={"outcome": outcome}, headers=self.login(name))

    async def get(self, path: str, *, member: bool = False) -> Any:
        headers = self.desk.member(self.member_id) if member else self.login("anna")
        return (await self.desk.client.get(path, headers=headers)).json()

    async def claim(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.desk.case(self.member_id, self.case_id))["claims"][0]
        return found

    async def told(self) -> list[str]:
        query = "select type from claims.outbox where type like 'claims.%check%' order by seq"
        return [row["type"].split(".")[1] for row in await rows(self.dsn, query)]

    async def sent_again(self) -> dict[str, Any]:
        query = "select data from claims.outbox where type = 'claims.claim_submitted.v1' order by seq desc limit 1"
        found: dict[str, Any] = json.loads((await rows(self.dsn, query))[0]["data"])
        return found


@pytest.fixture
def visits(desk: Desk, database: ServiceDatabase) -> Visits:
    return Visits(desk, database.admin_dsn)


async def test_a_visit_is_a_task_a_story_and_a_message_without_health(visits: Visits) -> None:
    await visits.prepare()
    ordered = (await visits.order(visit_at="2026-11-18T09:30:00+01:00", doctor="Dott. Neri")).json()
    assert (ordered["state"], ordered["due_on"]) == ("ordered", "2026-11-20")
    assert (await visits.order()).json()["code"] == "check_up_open"
    (task,) = (await visits.get("/v1/me", member=True))["tasks"]
    assert (task["kind"], task["due_on"]) == ("check_up_visit", "2026-11-20")
    (mine,) = (await visits.get("/v1/me/check-up-visits", member=True))["items"]
    assert (mine["reason"], mine["doctor"], "note" in mine) == (ORDER["reason"], "Dott. Neri", False)
    story = await visits.get(f"/v1/cases/{visits.case_id}/events", member=True)
    assert story["items"][-1]["kind"] == "check_up_ordered"
    query = "select data from claims.outbox where type = 'claims.check_up_ordered.v1'"
    ((row),) = await rows(visits.dsn, query)
    assert not {"reason", "doctor", "person_id"} & set(json.loads(row["data"]))
    stranger = await visits.desk.client.get("/v1/me/check-up-visits", headers=visits.desk.member(uuid4()))
    assert stranger.json()["items"] == []


async def test_a_confirmed_visit_lets_the_payment_go(visits: Visits) -> None:
    await visits.prepare()
    visit_id = (await visits.order()).json()["visit_id"]
    done = (await visits.record(visit_id, "confirmed")).json()
    assert (done["state"], done["closed_at"] is not None) == ("confirmed", True)
    assert (await visits.claim())["state"] == "settled"
    assert await visits.told() == ["claim_check_opened", "check_up_ordered", "claim_check_closed"]
    assert (await visits.get("/v1/me", member=True))["tasks"] == []
    assert (await visits.record(visit_id, "waived")).json()["code"] == "check_up_not_open"


@pytest.mark.parametrize(
    ("outcome", "name", "value"),
    [("not_attended", "control_visit", "refused"), ("not_confirmed", "sample_check", "failed")],
)
async def test_a_bad_outcome_corrects_what_was_decided(visits: Visits, outcome: str, name: str, value: str) -> None:
    await visits.prepare()
    visit_id = (await visits.order()).json()["visit_id"]
    assert (await visits.record(visit_id, outcome)).json()["closed_at"] is None
    again = await visits.sent_again()
    assert (again["revision"], again["request"]["extra"][name]) == (2, value)
    assert again["correction"]["previous_decision_id"] is not None
    assert (await visits.claim())["state"] == "submitted"
    # The payment waits until the rules have decided anew.
    assert await visits.told() == ["claim_check_opened", "check_up_ordered"]
    await visits.desk.decide(visits.claim_id, "deny", revision=2)
    assert (await visits.claim())["state"] == "rejected"
    query = "select type from claims.outbox order by seq desc limit 2"
    last = [row["type"] for row in await rows(visits.dsn, query)]
    assert last == ["claims.claim_check_closed.v1", "claims.claim_corrected.v1"]
    assert (await visits.get(f"/v1/check-up-visits/{visit_id}"))["closed_at"] is not None


@pytest.mark.parametrize(("outcome", "value"), [("confirmed", "attended"), ("not_attended", "refused")])
async def test_an_undecided_claim_is_decided_anew_with_the_fact(visits: Visits, outcome: str, value: str) -> None:
    await visits.prepare("refer", review="medical_consultant")
    visit_id = (await visits.order()).json()["visit_id"]
    assert (await visits.record(visit_id, outcome)).status_code == 200
    again = await visits.sent_again()
    assert (again["revision"], again["request"]["extra"]["control_visit"], again["correction"]) == (2, value, None)
    assert (await visits.get("/v1/work-items"))["items"] == []


async def test_two_persons_above_the_amount(visits: Visits) -> None:
    await visits.prepare(amount_cents=300000, payable_cents=200000)
    visit_id = (await visits.order()).json()["visit_id"]
    proposed = (await visits.record(visit_id, "not_attended")).json()
    assert (proposed["state"], proposed["outcome"]) == ("proposed", "not_attended")
    assert (await visits.get("/v1/me/check-up-visits", member=True))["items"][0]["state"] == "ordered"
    assert (await visits.claim())["state"] == "settled"
    assert (await visits.record(visit_id, "not_attended")).json()["code"] == "same_person_twice"
    agreed = (await visits.record(visit_id, "not_attended", "bruno")).json()
    assert (agreed["state"], agreed["recorded_by"], agreed["second_by"]) == ("not_attended", "anna", "bruno")
    assert (await visits.claim())["revision"] == 2
    with pytest.raises(asyncpg.CheckViolationError):
        await rows(visits.dsn, "update claims.check_up_visit set second_by = recorded_by")


async def test_while_the_rules_have_the_claim_a_bad_outcome_waits(visits: Visits) -> None:
    await visits.prepare("refer", review="operator")
    await visits.record((await visits.order()).json()["visit_id"], "confirmed")
    second = await visits.order()
    assert second.status_code == 201
    visit_id = second.json()["visit_id"]
    refused = await visits.record(visit_id, "not_attended")
    assert (refused.status_code, refused.json()["code"]) == (409, "claim_not_correctable")
    assert (await visits.get(f"/v1/check-up-visits/{visit_id}"))["state"] == "ordered"


async def test_taking_the_claim_back_ends_the_visit(visits: Visits) -> None:
    await visits.prepare("refer", review="operator")
    visit_id = (await visits.order()).json()["visit_id"]
    path = f"/v1/claims/{visits.claim_id}/withdraw"
    assert (await visits.desk.client.post(path, headers=visits.desk.member(visits.member_id))).status_code == 200
    assert (await visits.get(f"/v1/check-up-visits/{visit_id}"))["state"] == "waived"
    assert (await visits.get("/v1/me", member=True))["tasks"] == []
    assert (await visits.order()).json()["code"] == "claim_not_checkable"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"due_on": "2026-11-01"}, "/due_on"),
        ({"visit_at": "2026-11-21T09:00:00Z"}, "/visit_at"),
        ({"due_on": None}, "/"),
        ({"reason": ""}, "/reason"),
    ],
)
async def test_an_order_that_breaks_a_rule(visits: Visits, changes: dict[str, Any], pointer: str) -> None:
    await visits.prepare()
    refused = await visits.order(**changes)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await visits.told() == []


async def test_the_list_has_filters_and_pages(visits: Visits) -> None:
    await visits.prepare()
    for _ in range(3):
        visit_id = (await visits.order()).json()["visit_id"]
        await visits.record(visit_id, "waived")
    last = (await visits.order()).json()["visit_id"]
    assert [one["visit_id"] for one in (await visits.get("/v1/check-up-visits?state=ordered"))["items"]] == [last]
    assert (await visits.get("/v1/check-up-visits?due_before=2026-11-20"))["items"] == []
    page = await visits.get(f"/v1/check-up-visits?claim_id={visits.claim_id}&limit=3")
    rest = await visits.get(f"/v1/check-up-visits?limit=3&cursor={page['next_cursor']}")
    assert [len(page["items"]), [one["visit_id"] for one in rest["items"]]] == [3, [last]]
    member = await visits.desk.client.get("/v1/check-up-visits", headers=visits.desk.member(visits.member_id))
    assert member.status_code == 403
