"""Who sees what: members their own, staff everybody, every look audited."""

import time
from uuid import UUID, uuid4

import pytest
from factories_claims import CONSENTS, IBAN, Desk, claim_body, other_member_body, pdf, person_of, rows, state_of

from kit.testing.databases import ServiceDatabase


async def test_what_is_not_yours_does_not_exist(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    mario = await desk.register()
    paolo = await desk.register("10002", other_member_body())
    own = person_of(mario, "member")
    document = (await desk.upload(mario["member_id"], pdf())).json()["document_id"]
    case_id, (claim_id,) = await desk.submitted(mario, claim_body(own))
    await desk.decide(claim_id, "pend")
    before = await state_of(database.admin_dsn)
    stranger = desk.member(paolo["member_id"])
    for path in (
        f"/v1/cases/{case_id}",
        f"/v1/claims/{claim_id}",
        f"/v1/claims/{claim_id}/explanation",
        f"/v1/documents/{document}/content",
    ):
        answer = await desk.client.get(path, headers=stranger)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
    posts = {
        f"/v1/cases/{case_id}/submit": CONSENTS,
        f"/v1/cases/{case_id}/claims": claim_body(own, document_number="7"),
        f"/v1/claims/{claim_id}/documents": {"documents": [{"document_id": document}]},
        f"/v1/claims/{claim_id}/withdraw": None,
        "/v1/cases": {"member_id": mario["member_id"]},
    }
    for path, body in posts.items():
        answer = await desk.client.post(path, json=body, headers=desk.member(paolo["member_id"]))
        assert answer.status_code == 404, path
    # A foreign person and a foreign document in one's own case.
    mine = await desk.open_case(paolo["member_id"])
    assert (await desk.add(paolo["member_id"], mine, claim_body(own))).status_code == 404
    body = claim_body(person_of(paolo, "member"), documents=[{"document_id": document}])
    assert (await desk.add(paolo["member_id"], mine, body)).status_code == 404
    listed = (await desk.client.get("/v1/cases", headers=stranger)).json()
    assert [case["case_id"] for case in listed["items"]] == [mine]
    assert (await state_of(database.admin_dsn))["claims"] == before["claims"]


async def test_tokens(desk: Desk) -> None:
    member = await desk.register()
    assert (await desk.client.get("/v1/me")).status_code == 401
    expired = desk.tokens.headers(roles=["member"], member_id=UUID(member["member_id"]), seconds=-120)
    assert (await desk.client.get("/v1/me", headers=expired)).status_code == 401
    id_token = desk.tokens.headers(roles=["member"], member_id=UUID(member["member_id"]), token_use="id")
    assert (await desk.client.get("/v1/me", headers=id_token)).status_code == 401
    facility = desk.tokens.headers(roles=["facility"], facility_id=uuid4())
    assert (await desk.client.get("/v1/cases", headers=facility)).status_code == 403
    as_member = desk.member(member["member_id"])
    assert (await desk.client.get("/v1/members", headers=as_member)).status_code == 403


async def test_another_fund_sees_nothing(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, _ = await desk.submitted(member, claim_body(person_of(member, "member")))
    elsewhere = desk.tokens.headers(roles=["operator"], fund="faschim")
    assert (await desk.client.get(f"/v1/cases/{case_id}", headers=elsewhere)).status_code == 404
    assert (await desk.client.get("/v1/cases", headers=elsewhere)).json()["items"] == []
    assert (await desk.client.get("/v1/members", headers=elsewhere)).json()["items"] == []


async def test_staff_reads_everybody_and_leaves_a_trace(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "spouse")))
    headers = desk.tokens.headers(roles=["operator"], subject="giulia")
    assert (await desk.client.get(f"/v1/claims/{claim_id}", headers=headers)).status_code == 200
    assert (await desk.client.get(f"/v1/members/{member['member_id']}", headers=headers)).status_code == 200
    assert (await desk.client.get("/v1/cases", headers=headers)).json()["items"][0]["case_id"] == case_id
    told = await rows(
        database.admin_dsn,
        "select action, entity_id, person_id::text from claims.audit_entry where actor = $1 order by seq",
        "operator:giulia",
    )
    assert [row["action"] for row in told] == ["claim_read", "member_read", "cases_listed"]
    assert told[0]["entity_id"] == claim_id
    assert told[0]["person_id"] == person_of(member, "spouse")


async def test_iban_is_never_shown_whole(desk: Desk) -> None:
    member = await desk.register()
    for headers, path in (
        (desk.member(member["member_id"]), "/v1/me"),
        (desk.staff(), "/v1/members"),
        (desk.staff(), f"/v1/members/{member['member_id']}"),
    ):
        answer = await desk.client.get(path, headers=headers)
        assert answer.status_code == 200
        assert IBAN not in answer.text


async def test_paper_case_opened_by_an_operator(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    headers = desk.staff("operator")
    unnamed = await desk.client.post("/v1/cases", json={}, headers=headers)
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/member_id")
    unknown = await desk.client.post("/v1/cases", json={"member_id": str(uuid4())}, headers=desk.staff("operator"))
    assert unknown.status_code == 404
    body = {"member_id": member["member_id"]}
    case = await desk.client.post("/v1/cases", json=body, headers=desk.staff("operator"))
    assert (case.status_code, case.json()["channel"]) == (201, "paper")
    assert case.headers["location"] == f"/v1/cases/{case.json()['case_id']}"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_needs_no_token(desk: Desk, path: str) -> None:
    started = time.perf_counter()
    assert (await desk.client.get(path)).status_code == 200
    assert time.perf_counter() - started < 5
