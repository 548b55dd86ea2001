"""The first page, a case's timeline, and what direct mode would have given."""

from typing import Any
from uuid import uuid4

from factories_claims import Desk, Peers, claim_body, pdf, person_of

LIMIT = {"limit_id": "3.6", "left": 100000}
APPOINTMENTS = {
    "items": [
        {"booking_id": "b", "state": "authorised", "appointment_at": "2026-12-20T09:30:00Z", "code": "AUT-2"},
        {"booking_id": "a", "state": "letter_sent", "appointment_at": "2026-12-16T09:30:00Z", "code": "AUT-1"},
        {"booking_id": "c", "state": "authorised", "appointment_at": "2026-10-16T09:30:00Z", "code": "AUT-0"},
        {"booking_id": "d", "state": "cancelled", "appointment_at": "2026-11-16T09:30:00Z", "code": "AUT-3"},
    ]
}


async def home(desk: Desk, member_id: str) -> dict[str, Any]:
    answer = await desk.client.get("/v1/me/home", headers=desk.member(member_id))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_one_call_for_the_first_page(desk: Desk, peers: Peers) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    _, (paid,) = await desk.submitted(member, claim_body(own))
    await desk.decide(paid)
    _, (waits,) = await desk.submitted(member, claim_body(own, document_number="13"))
    await desk.decide(waits, "pend")
    peers.answers = {"rules.test/v1/limits": {"items": [LIMIT]}, "bookings.test/v1/bookings": APPOINTMENTS}

    page = await home(desk, me)
    assert page["next_payment"] == {"on": "2026-11-30", "amount_cents": 9000, "claims": 1}
    assert [case["state_label_it"] for case in page["open_cases"]] == ["SOSPESA"]
    assert [(task["kind"], task["due_on"]) for task in page["tasks"]] == [("missing_documents", "2027-01-01")]
    assert (page["next_appointment"]["code"], page["limits"], page["unavailable"]) == ("AUT-1", [LIMIT], [])
    assert [one["name"] for one in page["functions"]] == ["diary"]
    assert all(one.headers["authorization"].startswith("Bearer ") for one in peers.asked)


async def test_silent_services_are_named_and_nothing_fails(desk: Desk) -> None:
    member = await desk.register()
    page = await home(desk, member["member_id"])
    assert page["unavailable"] == ["limits", "next_appointment"]
    assert (page["limits"], page["next_appointment"], page["next_payment"]) == (None, None, None)


async def test_timeline(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me = member["member_id"]
    case_id, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member")))
    await desk.decide(claim_id, "pend")
    paper = (await desk.upload(me, pdf(), "prescription")).json()["document_id"]
    path = f"/v1/claims/{claim_id}/documents"
    await desk.client.post(path, json={"documents": [{"document_id": paper}]}, headers=desk.member(me))
    await desk.decide(claim_id, "deny", revision=2)
    await desk.client.post(f"/v1/claims/{claim_id}/reviews", json={"reason": "No."}, headers=desk.member(me))
    events = (await desk.client.get(f"/v1/cases/{case_id}/events", headers=desk.member(me))).json()["items"]
    assert [one["text_it"] for one in events] == [
        "Pratica FNM-2026-000001 aperta.",
        "Richiesta inviata.",
        "Sospesa: mancano documenti.",
        "Documenti mancanti ricevuti.",
        "Respinta.",
        "Revisione richiesta.",
    ]
    stranger = await desk.client.get(f"/v1/cases/{case_id}/events", headers=desk.member(uuid4()))
    assert stranger.status_code == 404


async def test_what_direct_mode_would_have_given(desk: Desk, peers: Peers) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member")))
    await desk.decide(claim_id)
    line = {"key": claim_id, "payable_cents": 11000, "member_share_cents": 4000, "reasons": []}
    peers.answers = {"rules.test/v1/quotes/batch": {"items": [line]}}
    path = f"/v1/cases/{case_id}/alternatives"
    found = (await desk.client.get(path, headers=desk.member(member["member_id"]))).json()
    (one,) = found["items"]
    assert (one["indirect_payable_cents"], one["direct_payable_cents"], found["unavailable"]) == (9000, 11000, [])
    peers.answers = {}
    found = (await desk.client.get(path, headers=desk.member(member["member_id"]))).json()
    assert (found["items"][0]["direct_payable_cents"], found["unavailable"]) == (None, ["direct"])
