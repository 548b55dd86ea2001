"""The wallet: what was given once is attached to later claims of the same person."""

from typing import Any

import pytest
from factories_claims import HEALTH_ARTICLES, Desk, claim_body, member_body, pdf, person_of, state_of

from kit.testing.databases import ServiceDatabase

ARTICLES = [{"article": one, "title_it": "", "title_en": ""} for one in (*HEALTH_ARTICLES, "3.9")]


async def given(desk: Desk, *, issued_on: str = "2024-10-05") -> tuple[dict[str, Any], str]:
    """Send a claim for an orthopaedic aid with its prescription; return the member and the prescription."""
    await desk.publish_plan(articles=ARTICLES)
    member = await desk.register()
    paper = (await desk.upload(member["member_id"], pdf(), "prescription")).json()["document_id"]
    body = aid(person_of(member, "member"), documents=[{"document_id": paper}], extra={"prescription_date": issued_on})
    await desk.submitted(member, body)
    return member, paper


def aid(person_id: str, **changes: Any) -> dict[str, Any]:
    return claim_body(person_id, article="3.9", **changes)


async def test_a_paper_is_given_once(desk: Desk) -> None:
    member, paper = await given(desk, issued_on="2025-01-10")
    me, own = member["member_id"], person_of(member, "member")
    case_id = await desk.open_case(me)
    added = await desk.add(me, case_id, aid(own, document_number="2"))
    assert added.status_code == 201, added.text
    claim = (await desk.case(me, case_id))["claims"][0]
    assert [one["document_id"] for one in claim["documents"]] == [paper]
    checked = await desk.client.post(f"/v1/cases/{case_id}/check", headers=desk.member(me))
    assert "document_already_given" in [one["code"] for one in checked.json()["findings"]]
    mine = await desk.client.get("/v1/me/papers", headers=desk.member(me))
    (shown,) = mine.json()["items"]
    assert (shown["document_id"], shown["valid_to"], shown["valid"]) == (paper, "2027-01-10", True)
    staff = await desk.client.get(f"/v1/me/papers?member_id={me}&on=2027-01-11", headers=desk.staff())
    assert [one["valid"] for one in staff.json()["items"]] == [False]
    other = await desk.register(
        "10002", member_body(fiscal_code="BNCPLA80A01F205C", birth_date="1980-01-01", persons=[])
    )
    stranger = await desk.client.get(f"/v1/me/papers?member_id={me}", headers=desk.member(other["member_id"]))
    assert stranger.status_code == 404


@pytest.mark.parametrize(
    ("relation", "day", "rule"),
    [("member", "2026-10-06", "paper_expired"), ("spouse", "2026-10-05", "paper_of_other_person")],
)
async def test_a_paper_that_does_not_serve(
    desk: Desk, database: ServiceDatabase, relation: str, day: str, rule: str
) -> None:
    member, paper = await given(desk)
    me, person = member["member_id"], person_of(member, relation)
    case_id = await desk.open_case(me)
    before = await state_of(database.admin_dsn)
    body = aid(person, document_number="2", document_date=day, documents=[{"document_id": paper}])
    refused = await desk.add(me, case_id, body)
    assert refused.status_code == 422, refused.text
    assert [(one["pointer"], one["rule"]) for one in refused.json()["errors"]] == [("/documents/0/document_id", rule)]
    assert await state_of(database.admin_dsn) == before
    bare = aid(person, document_number="2", document_date=day)
    assert (await desk.add(me, case_id, bare)).status_code == 201
    assert (await desk.case(me, case_id))["claims"][0]["documents"] == []  # nor does it come by itself
