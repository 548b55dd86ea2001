"""A claim from the member's upload to the returned transfer."""

from datetime import timedelta

from factories_claims import (
    IBAN,
    Desk,
    adjudicated,
    claim_body,
    member_body,
    outbox,
    pdf,
    person_of,
    rows,
)

from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase


async def test_paid_claim_from_upload_to_payment(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    uploaded = (await desk.upload(member["member_id"], pdf())).json()
    body = claim_body(person_of(member, "member"), documents=[{"document_id": uploaded["document_id"]}])
    case_id, (claim_id,) = await desk.submitted(member, body)

    case = await desk.case(member["member_id"], case_id)
    assert (case["number"], case["state_label_it"], case["requested_on"]) == (
        "FNM-2026-000001",
        "INSERITA",
        "2026-11-02",
    )

    await desk.decide(claim_id)
    case = await desk.case(member["member_id"], case_id)
    claim = case["claims"][0]
    assert (case["state"], claim["state_label_it"], claim["payable_cents"]) == ("settled", "LIQUIDATA", 9000)
    assert claim["beneficiary"] == "Mario Rossi"
    assert [step["after_cents"] for step in claim["steps"]] == [9750, 9000]
    assert [one["to_state"] for one in claim["history"]] == ["submitted", "approved", "settled"]
    assert claim["next_expected"]["due_on"] == "2026-11-30"

    payout = {"payout_id": "0197c0de-0000-7000-8000-0000000000aa", "claim_ids": [claim_id]}
    await desk.deliver("payouts.payout_sent.v1", payout)
    await desk.deliver("payouts.payout_sent.v1", payout)
    assert (await desk.case(member["member_id"], case_id))["state_label_it"] == "PAGATA"

    returned = payout | {"member_id": member["member_id"], "iban_last4": IBAN[-4:], "reason_code": "AC04"}
    await desk.deliver("payouts.payout_returned.v1", returned)
    assert (await desk.case(member["member_id"], case_id))["state_label_it"] == "BONIFICO RESPINTO"
    me = (await desk.client.get("/v1/me", headers=desk.member(member["member_id"]))).json()
    assert me["bank_account"]["state"] == "rejected"
    assert [task["kind"] for task in me["tasks"]] == ["new_iban"]

    assert await outbox(database.admin_dsn) == [
        "claims.member_changed.v1",
        "claims.contact_changed.v1",
        "claims.bank_account_changed.v1",
        "claims.claim_submitted.v1",
        "claims.claim_settled.v1",
    ]
    assert await rows(database.admin_dsn, "select * from claims.parked_event") == []


async def test_explanation_names_the_plan_version(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    _, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "spouse")))
    path = f"/v1/claims/{claim_id}/explanation"
    headers = desk.member(member["member_id"])
    assert (await desk.client.get(path, headers=headers)).json()["steps"] == []
    await desk.decide(claim_id)
    told = (await desk.client.get(path, headers=headers)).json()
    assert told["plan"] == {"plan_id": "fnm", "version": "1", "hash": "abc"}
    assert (told["requested_cents"], told["payable_cents"]) == (15000, 9000)
    assert (await desk.client.get(f"/v1/claims/{claim_id}", headers=headers)).json()["beneficiary"] == "Laura Verdi"


async def test_suspended_claim_is_completed_and_paid(desk: Desk, clock: FixedClock, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me = member["member_id"]
    case_id, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member"), article="3.8"))
    await desk.decide(claim_id, "pend")
    claim = (await desk.case(me, case_id))["claims"][0]
    assert (claim["state_label_it"], claim["lapses_on"]) == ("SOSPESA", "2027-01-01")
    assert claim["missing"][0]["document"] == "prescription"
    tasks = (await desk.client.get("/v1/me", headers=desk.member(me))).json()["tasks"]
    assert [(task["kind"], task["due_on"]) for task in tasks] == [("missing_documents", "2027-01-01")]

    clock.set(clock.now() + timedelta(days=60))
    paper = (await desk.upload(me, pdf("prescription"), "prescription")).json()["document_id"]
    path = f"/v1/claims/{claim_id}/documents"
    done = await desk.client.post(path, json={"documents": [{"document_id": paper}]}, headers=desk.member(me))
    assert (done.status_code, done.json()["revision"], done.json()["requested_on"]) == (200, 2, "2026-11-02")
    assert (await desk.client.get("/v1/me", headers=desk.member(me))).json()["tasks"] == []

    await desk.decide(claim_id, "deny")  # of revision 1: too late to matter
    assert (await desk.case(me, case_id))["state"] == "submitted"
    await desk.decide(claim_id, revision=2)
    assert (await desk.case(me, case_id))["state"] == "settled"
    sent = await rows(
        database.admin_dsn, "select data from claims.outbox where type = 'claims.claim_submitted.v1' order by seq"
    )
    assert '"documents": ["prescription"]' in sent[1]["data"]
    assert '"received_on": "2026-11-02"' in sent[1]["data"]


async def test_one_suspended_claim_holds_the_case(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    case_id, (first, second) = await desk.submitted(
        member, claim_body(own), claim_body(own, document_number="13", amount_cents=5000)
    )
    await desk.decide(first)
    case = await desk.case(member["member_id"], case_id)
    assert (case["state_label_it"], case["settled_cents"]) == ("IN VALUTAZIONE", 0)
    await desk.decide(second, "pend")
    case = await desk.case(member["member_id"], case_id)
    assert (case["state_label_it"], case["claims"][0]["state"]) == ("SOSPESA", "approved")
    assert "claims.claim_settled.v1" not in await outbox(database.admin_dsn)


async def test_referred_and_denied(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member")))
    await desk.decide(claim_id, "refer")
    claim = (await desk.case(member["member_id"], case_id))["claims"][0]
    assert (claim["state_label_it"], claim["review"]) == ("DA VALUTARE", "medical_consultant")
    await desk.decide(claim_id, "deny")
    claim = (await desk.case(member["member_id"], case_id))["claims"][0]
    assert (claim["state_label_it"], claim["reasons"][0]["article"]) == ("RESPINTA", "1.1")
    assert (await outbox(database.admin_dsn))[-1] == "claims.claim_rejected.v1"


async def test_second_claim_of_a_case_gets_the_advice(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    own = person_of(member, "member")
    first = await desk.add(member["member_id"], case_id, claim_body(own))
    second = await desk.add(member["member_id"], case_id, claim_body(own, document_number="2"))
    assert first.json()["advice"] == []
    assert second.json()["advice"][0]["code"] == "one_claim_per_case"


async def test_new_iban_after_the_rejection_closes_the_task(desk: Desk, database: ServiceDatabase) -> None:
    member = await desk.register()
    headers = desk.member(member["member_id"])
    returned = {
        "payout_id": "0197c0de-0000-7000-8000-0000000000aa",
        "member_id": member["member_id"],
        "iban_last4": IBAN[-4:],
        "reason_code": "AC04",
        "claim_ids": [],
    }
    await desk.deliver("payouts.payout_returned.v1", returned)
    # The office merely declares the same account again: it stays rejected.
    assert (await desk.register(body=member_body()))["bank_account"]["state"] == "rejected"
    new = {"iban": "IT78 S054 2811 1010 0000 0123 451", "holder": "ROSSI MARIO"}
    answer = await desk.client.put("/v1/me/bank-account", json=new, headers=headers)
    assert answer.json() == {
        "iban": "IT*********************3451",
        "holder": "ROSSI MARIO",
        "verified": True,
        "state": "active",
    }
    assert (await desk.client.get("/v1/me", headers=headers)).json()["tasks"] == []
    history = await rows(database.admin_dsn, "select version, state from claims.bank_account order by version")
    assert [tuple(row.values()) for row in history] == [(1, "replaced"), (2, "active")]
    # A transfer to the old account that comes back now asks for nothing.
    await desk.deliver("payouts.payout_returned.v1", returned)
    assert (await desk.client.get("/v1/me", headers=headers)).json()["bank_account"]["state"] == "active"


async def test_decisions_that_come_together_settle_each_claim_once(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    both, (first, second) = await desk.submitted(member, claim_body(own), claim_body(own, document_number="14"))
    alone, (third,) = await desk.submitted(member, claim_body(own, document_number="15"))
    decided = [adjudicated(one) for one in (first, second, third)]
    await desk.deliver_together("rules.claim_adjudicated.v1", [*decided, decided[0]])

    states = [(await desk.case(member["member_id"], case_id))["state"] for case_id in (both, alone)]
    assert states == ["settled", "settled"]
    case = await desk.case(member["member_id"], both)
    assert [[one["to_state"] for one in claim["history"]] for claim in case["claims"]] == [
        ["submitted", "approved", "settled"],
        ["submitted", "approved", "settled"],
    ]
    query = "select subject from claims.outbox where type = 'claims.claim_settled.v1'"
    assert sorted(row["subject"] for row in await rows(database.admin_dsn, query)) == sorted([first, second, third])
    query = "select count(*) as n from claims.claim_decision"
    assert (await rows(database.admin_dsn, query))[0]["n"] == 3
