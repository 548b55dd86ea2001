"""Requests of the non-health branch, and what members cannot change themselves."""

from factories_claims import Desk, member_body, person_of, rows, state_of

from kit.testing.databases import ServiceDatabase


async def test_the_date_is_enough(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    marriage = {"person_id": person_of(member, "member"), "article": "7.1", "document_date": "2026-10-07"}
    added = await desk.add(member["member_id"], case_id, marriage)
    assert (added.status_code, added.json()["requested_cents"], added.json()["service"]) == (201, 0, "Matrimonio")
    again = await desk.add(member["member_id"], case_id, marriage)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_expense")
    await desk.send(member["member_id"], case_id)
    (sent,) = await rows(database.admin_dsn, "select data from claims.outbox where type = 'claims.claim_submitted.v1'")
    assert '"amount_cents": 0' in sent["data"]
    await desk.decide(added.json()["claim_id"], "pay", requested_cents=0, payable_cents=150000)
    case = await desk.case(member["member_id"], case_id)
    assert (case["state_label_it"], case["settled_cents"]) == ("LIQUIDATA", 150000)


async def test_members_do_not_edit_their_data(desk: Desk, database: ServiceDatabase) -> None:
    member = await desk.register()
    headers = desk.member(member["member_id"])
    before = await state_of(database.admin_dsn)
    spouse = person_of(member, "spouse")
    for method, path in (("PATCH", ""), ("POST", "/persons"), ("PATCH", f"/persons/{spouse}")):
        answer = await desk.client.request(method, f"/v1/me{path}", json={"first_name": "Luigi"}, headers=headers)
        assert (answer.status_code, answer.json()["code"], answer.json()["redirect_to"]) == (
            403,
            "data_not_editable",
            "employer",
        )
    diary = await desk.client.get("/v1/me/diary", headers=headers)
    assert (diary.status_code, diary.json()["code"]) == (404, "function_not_available")
    assert await state_of(database.admin_dsn) == before
    await desk.register(body=member_body(category="pensioner"))
    asked = await desk.client.patch("/v1/me", json={}, headers=headers)
    assert asked.json()["redirect_to"] == "cassaintegrativafnm@cassaintegrativafnm.it"
