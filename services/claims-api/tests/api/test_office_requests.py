"""Consents by version, change requests, confirmation of membership, taking a request back, a held payment."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from factories_claims import CONSENTS, Desk, claim_body, member_body, outbox, pdf, person_of, rows, state_of

from claims_api.domain.errors import InvalidConfirmation
from claims_api.domain.office_request import last_day_to_confirm
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase

ASKED = {"subject": "contact", "words": "Nuovo indirizzo."}


async def test_a_consent_is_asked_for_once_a_version(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    headers = desk.member(member["member_id"])

    async def needed() -> list[bool]:
        listed = (await desk.client.get("/v1/consents", headers=headers)).json()["items"]
        return [one["needed"] for one in listed]

    assert await needed() == [True, True, True]
    await desk.submitted(member, claim_body(person_of(member, "member")))
    assert await needed() == [False, False, False]
    case_id = await desk.open_case(member["member_id"])
    await desk.add(member["member_id"], case_id, claim_body(person_of(member, "member"), document_number="2"))
    path = f"/v1/cases/{case_id}/submit"
    taken_back = {"consents": {**CONSENTS["consents"], "health_data": False}}
    refused = await desk.client.post(path, json=taken_back, headers=desk.member(member["member_id"]))
    assert refused.json()["code"] == "consents_missing"
    sent = await desk.client.post(path, json={}, headers=desk.member(member["member_id"]))
    assert sent.status_code == 200


@pytest.mark.parametrize(
    ("category", "state", "redirect"), [("employee", "for_employer", "employer"), ("pensioner", "open", None)]
)
async def test_change_requests(desk: Desk, category: str, state: str, redirect: str | None) -> None:
    member = await desk.register(body=member_body(category=category))
    headers = desk.member(member["member_id"])
    asked = (await desk.client.post("/v1/change-requests", json=ASKED, headers=headers)).json()
    assert (asked["state"], asked["redirect_to"]) == (state, redirect)
    path = f"/v1/change-requests/{asked['request_id']}/answer"
    answer = {"accept": True, "answer": "Fatto."}
    done = await desk.client.post(path, json=answer, headers=desk.staff())
    assert done.status_code == (200 if state == "open" else 404)
    twice = await desk.client.post(path, json=answer, headers=desk.staff())
    assert (twice.status_code, twice.json()["code"]) == (404, "change_request_not_found")
    own = (await desk.client.get("/v1/change-requests", headers=headers)).json()["items"]
    assert [one["request_id"] for one in own] == [asked["request_id"]]
    others = await desk.client.get("/v1/change-requests", headers=desk.member(uuid4()))
    assert others.json()["items"] == []


async def papers(desk: Desk, member_id: str) -> dict[str, Any]:
    given = {}
    for name in ("certificate_id", "income_certificate_id", "mandate_id"):
        given[name] = (await desk.upload(member_id, pdf(name), "other")).json()["document_id"]
    return given


async def test_confirmation_of_membership(desk: Desk, clock: FixedClock, database: ServiceDatabase) -> None:
    member = await desk.register()
    me = member["member_id"]
    body = {"retired_on": "2026-08-02", **await papers(desk, me)}
    before = await state_of(database.admin_dsn)
    bare = await desk.client.post(
        "/v1/membership-confirmations", json={"retired_on": "2020-02-29"}, headers=desk.member(me)
    )
    assert [(one["pointer"], one["rule"]) for one in bare.json()["errors"]] == [
        ("/retired_on", "1.5-R1"),
        ("/retired_on", "1.5-R2"),
        ("/certificate_id", "1.5-R3"),
        ("/income_certificate_id", "1.5-R3"),
        ("/mandate_id", "1.5-R5"),
    ]
    assert await state_of(database.admin_dsn) == before
    asked = await desk.client.post("/v1/membership-confirmations", json=body, headers=desk.member(me))
    assert asked.status_code == 201
    again = await desk.client.post("/v1/membership-confirmations", json=body, headers=desk.member(me))
    assert again.json()["code"] == "confirmation_open"
    clock.set(clock.now() + timedelta(days=10))
    path = f"/v1/membership-confirmations/{asked.json()['request_id']}/answer"
    done = await desk.client.post(path, json={"accept": True, "answer": "Confermata."}, headers=desk.staff())
    assert done.json()["state"] == "done"
    shown = (await desk.client.get("/v1/me", headers=desk.member(me))).json()
    assert shown["category"] == "pensioner"
    (row,) = await rows(database.admin_dsn, "select retired_on, confirmed_on from claims.member")
    assert [str(one) for one in row.values()] == ["2026-08-02", "2026-11-02"]
    assert (await outbox(database.admin_dsn))[-1] == "claims.member_changed.v1"


def test_three_calendar_months() -> None:
    days = {datetime(2026, 8, 2, tzinfo=UTC): "2026-11-02", datetime(2026, 11, 30, tzinfo=UTC): "2027-02-28"}
    for retired, last in days.items():
        assert str(last_day_to_confirm(retired.date())) == last
    assert InvalidConfirmation.code == "invalid_confirmation"


async def test_a_held_payment_asks_for_an_account_once(desk: Desk) -> None:
    member = await desk.register()
    held = {"member_id": member["member_id"], "amount_cents": 9050, "reason": "iban_missing"}
    await desk.deliver("payouts.payout_held.v1", held)
    await desk.deliver("payouts.payout_held.v1", held)
    tasks = (await desk.client.get("/v1/me", headers=desk.member(member["member_id"]))).json()["tasks"]
    assert [(one["kind"], "90,50" in one["text_it"]) for one in tasks] == [("new_iban", True)]
