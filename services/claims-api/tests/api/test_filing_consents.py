"""Nobody files in a member's place without the member's consent to the text in force."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from factories_claims import CONSENTS, Desk, claim_body, other_member_body, person_of, rows, state_of

from kit.testing.databases import ServiceDatabase

VERSION = "2026-11"


class Helped:
    """A member who is helped on the telephone."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.me = self.person = ""

    async def prepare(self) -> None:
        await self.desk.publish_plan()
        member = await self.desk.register()
        self.me, self.person = member["member_id"], person_of(member, "member")

    async def consent(self, **changes: Any) -> Any:
        body = {"way": "telephone", "version": VERSION} | changes
        path = f"/v1/members/{self.me}/filing-consents"
        return await self.desk.client.post(path, json=body, headers=self.desk.staff("operator"))

    async def open(self, channel: str = "telephone") -> Any:
        body = {"member_id": self.me, "channel": channel}
        return await self.desk.client.post("/v1/cases", json=body, headers=self.desk.staff("operator"))

    async def mine(self, path: str = "", *, post: bool = False) -> Any:
        ask = self.desk.client.post if post else self.desk.client.get
        return await ask(f"/v1/me/filing-consents{path}", headers=self.desk.member(self.me))


@pytest.fixture
async def helped(desk: Desk) -> Helped:
    one = Helped(desk)
    await one.prepare()
    return one


async def test_without_a_consent_the_office_files_on_paper_only(helped: Helped, database: ServiceDatabase) -> None:
    before = await state_of(database.admin_dsn)
    for channel in ("telephone", "portal"):
        refused = await helped.open(channel)
        assert (refused.status_code, refused.json()["code"]) == (409, "filing_consent_missing")
        assert refused.json()["version"] == VERSION
    assert await state_of(database.admin_dsn) == before
    assert (await helped.open("paper")).status_code == 201


async def test_a_consent_opens_the_way_and_its_withdrawal_closes_it(helped: Helped, database: ServiceDatabase) -> None:
    given = (await helped.consent(given_on="2026-11-01")).json()
    assert (given["way"], given["given_on"], given["version"]) == ("telephone", "2026-11-01", VERSION)
    case_id = (await helped.open()).json()["case_id"]
    headers = helped.desk.staff("operator")
    await helped.desk.client.post(f"/v1/cases/{case_id}/claims", json=claim_body(helped.person), headers=headers)
    ended = await helped.mine(f"/{given['consent_id']}/withdraw", post=True)
    assert ended.json()["withdrawn_at"] is not None
    assert (await helped.mine(f"/{given['consent_id']}/withdraw", post=True)).status_code == 404
    send = f"/v1/cases/{case_id}/submit"
    refused = await helped.desk.client.post(send, json=CONSENTS, headers=helped.desk.staff("operator"))
    assert refused.json()["code"] == "filing_consent_missing"
    await helped.consent(way="letter")
    sent = await helped.desk.client.post(send, json=CONSENTS, headers=helped.desk.staff("operator"))
    assert sent.status_code == 200
    assert [one["way"] for one in (await helped.mine()).json()["items"]] == ["letter", "telephone"]
    told = "select data ->> 'state' as state from claims.outbox where type like '%filing_consent%' order by seq"
    assert [row["state"] for row in await rows(database.admin_dsn, told)] == ["given", "withdrawn", "given"]
    query = "select action from claims.audit_entry where action like 'filing_consent_%n' order by at"
    assert sorted(row["action"] for row in await rows(database.admin_dsn, query)) == [
        "filing_consent_given",
        "filing_consent_given",
        "filing_consent_withdrawn",
    ]


async def test_a_new_consent_takes_the_place_of_the_one_before(helped: Helped, database: ServiceDatabase) -> None:
    await helped.consent()
    await helped.consent(way="in_person")
    standing = [one for one in (await helped.mine()).json()["items"] if one["withdrawn_at"] is None]
    assert [one["way"] for one in standing] == ["in_person"]
    with pytest.raises(asyncpg.UniqueViolationError):
        await rows(database.admin_dsn, "update claims.filing_consent set withdrawn_at = null, withdrawn_by = null")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"version": "2020-01"}, "/version"),
        ({"given_on": "2026-11-03"}, "/given_on"),
        ({"way": "portal"}, "/way"),
    ],
)
async def test_a_consent_that_breaks_a_rule(helped: Helped, changes: dict[str, Any], pointer: str) -> None:
    refused = await helped.consent(**changes)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_only_the_office_and_the_member_see_and_end_it(helped: Helped) -> None:
    consent_id = (await helped.consent()).json()["consent_id"]
    path = f"/v1/members/{helped.me}/filing-consents"
    assert (await helped.desk.client.get(path, headers=helped.desk.member(helped.me))).status_code == 403
    stranger = helped.desk.member(uuid4())
    own = f"/v1/me/filing-consents/{consent_id}/withdraw"
    assert (await helped.desk.client.post(own, headers=stranger)).status_code == 404
    ended = await helped.desk.client.post(f"{path}/{consent_id}/withdraw", headers=helped.desk.staff("operator"))
    assert ended.status_code == 200


async def test_a_delegation_is_the_consent_and_taking_it_back_ends_the_filing(helped: Helped) -> None:
    daughter = await helped.desk.register("10002", other_member_body())
    body = {"delegate_number": "10002"}
    await helped.desk.client.post("/v1/delegations", json=body, headers=helped.desk.member(helped.me))
    (consent,) = (await helped.mine()).json()["items"]
    assert (consent["way"], consent["delegate_member_id"]) == ("portal", daughter["member_id"])

    def acting() -> dict[str, str]:
        return helped.desk.member(daughter["member_id"]) | {"X-Acting-For": helped.me}

    assert (await helped.desk.client.post("/v1/cases", json={}, headers=acting())).status_code == 201
    await helped.mine(f"/{consent['consent_id']}/withdraw", post=True)
    refused = await helped.desk.client.post("/v1/cases", json={}, headers=acting())
    assert refused.json()["code"] == "filing_consent_missing"
    # The office is another helper: its consent is none for the daughter.
    await helped.consent()
    assert (await helped.desk.client.post("/v1/cases", json={}, headers=acting())).status_code == 409
