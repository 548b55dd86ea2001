"""The same expense is taken once, also when two ask at the same moment; two senders send once."""

import asyncio

from factories_claims import CONSENTS, Desk, claim_body, outbox, person_of, rows

from kit.testing.databases import ServiceDatabase


async def test_duplicate_points_to_the_first(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    case_id, (first,) = await desk.submitted(member, claim_body(own))
    other = await desk.open_case(me)
    vat = {"kind": "specialist", "vat_number": "IT 01234560017"}
    unnamed = {"kind": "specialist"}
    for changes in ({}, {"document_number": " 12/a "}, {"provider": vat}, {"provider": unnamed}, {"amount_cents": 1}):
        answer = await desk.add(me, other, claim_body(own, **changes))
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_expense"), changes
        assert (answer.json()["claim_id"], answer.json()["case_id"]) == (first, case_id)
        assert answer.json()["errors"][0]["rule"] == "A80"
    another = {"kind": "specialist", "vat_number": "12345670017"}
    for changes in ({"provider": another}, {"document_date": "2026-10-06"}, {"document_number": "12/B"}):
        assert (await desk.add(me, other, claim_body(own, **changes))).status_code == 201, changes
    assert (await desk.add(me, other, claim_body(person_of(member, "spouse")))).status_code == 201


async def test_rejected_or_withdrawn_expense_can_be_claimed_again(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    _, (first,) = await desk.submitted(member, claim_body(own))
    await desk.decide(first, "deny")
    case_id = await desk.open_case(me)
    second = await desk.add(me, case_id, claim_body(own))
    assert second.status_code == 201
    gone = await desk.client.post(f"/v1/claims/{second.json()['claim_id']}/withdraw", headers=desk.member(me))
    assert (gone.status_code, gone.json()["state_label_it"]) == (200, "RITIRATA")
    assert (await desk.add(me, case_id, claim_body(own))).status_code == 201


async def test_two_at_once_add_the_same_expense(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    cases = [await desk.open_case(me) for _ in range(4)]
    answers = await asyncio.gather(*(desk.add(me, case_id, claim_body(own)) for case_id in cases))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    first = next(answer.json()["claim_id"] for answer in answers if answer.status_code == 201)
    assert {answer.json()["claim_id"] for answer in answers} == {first}
    assert len(await rows(database.admin_dsn, "select 1 from claims.claim")) == 1


async def test_two_at_once_send_the_same_case(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me = member["member_id"]
    case_id = await desk.open_case(me)
    await desk.add(me, case_id, claim_body(person_of(member, "member")))
    path = f"/v1/cases/{case_id}/submit"
    sends = (desk.client.post(path, json=CONSENTS, headers=desk.member(me)) for _ in range(4))
    answers = await asyncio.gather(*sends)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await outbox(database.admin_dsn)).count("claims.claim_submitted.v1") == 1


async def test_claims_added_while_the_case_is_sent_are_sent_or_refused(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    for turn in range(3):
        case_id = await desk.open_case(me)
        await desk.add(me, case_id, claim_body(own, document_number=f"{turn}"))
        adds = [desk.add(me, case_id, claim_body(own, document_number=f"{turn}-{i}")) for i in range(3)]
        send = desk.client.post(f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=desk.member(me))
        await asyncio.gather(send, *adds)
    assert await rows(database.admin_dsn, "select 1 from claims.claim where state = 'draft'") == []


async def test_two_at_once_register_the_same_number(desk: Desk, database: ServiceDatabase) -> None:
    members = await asyncio.gather(*(desk.register() for _ in range(4)))
    assert len({member["member_id"] for member in members}) == 1
    assert sorted(len(member["changed"]) for member in members) == [0, 0, 0, 3]
    assert len(await outbox(database.admin_dsn)) == 3


async def test_numbers_of_cases_are_the_funds_own(desk: Desk) -> None:
    member = await desk.register()
    cases = await asyncio.gather(*(desk.open_case(member["member_id"]) for _ in range(5)))
    numbers = {(await desk.case(member["member_id"], case_id))["number"] for case_id in cases}
    assert numbers == {f"FNM-2026-{n:06}" for n in range(1, 6)}
