"""Cases that the desk files: on paper with the envelope's days, and by telephone."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from factories_claims import CONSENTS, Desk, claim_body, outbox, person_of, rows, state_of

from claims_api.bootstrap import Services
from claims_api.entrypoints.jobs import escalate_overdue, release_paper
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase

RECEIVED = {"paper": {"received_on": "2026-10-20"}}  # its turn is on 2026-12-19
SUBMITTED, WITHDRAWN = "claims.claim_submitted.v1", "claims.claim_withdrawn.v1"


async def filed(desk: Desk, channel: str) -> tuple[str, str]:
    """Open a case for a member as the desk, with one claim; return its path and the member's id."""
    await desk.publish_plan()
    member = await desk.register()
    if channel == "telephone":
        consent = {"way": "telephone", "version": "2026-11"}
        path = f"/v1/members/{member['member_id']}/filing-consents"
        assert (await desk.client.post(path, json=consent, headers=desk.staff())).status_code == 201
    body = {"member_id": member["member_id"], "channel": channel}
    opened = await desk.client.post("/v1/cases", json=body, headers=desk.staff())
    assert opened.status_code == 201, opened.text
    path = f"/v1/cases/{opened.json()['case_id']}"
    added = claim_body(person_of(member, "member"))
    assert (await desk.client.post(f"{path}/claims", json=added, headers=desk.staff())).status_code == 201
    return path, member["member_id"]


async def test_paper_counts_from_the_envelopes_receipt(desk: Desk) -> None:
    path, me = await filed(desk, "paper")
    body = CONSENTS | {"paper": {"received_on": "2026-10-20", "postmarked_on": "2026-10-17"}}
    sent = await desk.client.post(f"{path}/submit", json=body, headers=desk.staff())
    assert sent.status_code == 200, sent.text
    case = (await desk.client.get(path, headers=desk.member(me))).json()
    assert (case["requested_on"], case["postmarked_on"]) == ("2026-10-20", "2026-10-17")
    assert case["expected_decision_on"] == "2026-12-23"  # sixty days later, and three working days


@pytest.mark.parametrize(
    ("channel", "paper", "rule"),
    [
        ("telephone", {"received_on": "2026-11-01"}, "paper_only"),
        ("paper", {"received_on": "2026-11-03"}, "date_not_in_future"),
        ("paper", {"received_on": "2026-10-20", "postmarked_on": "2026-10-21"}, "sent_before_received"),
    ],
)
async def test_an_envelope_that_cannot_be(
    desk: Desk, database: ServiceDatabase, channel: str, paper: dict[str, Any], rule: str
) -> None:
    path, _ = await filed(desk, channel)
    before = await state_of(database.admin_dsn)
    refused = await desk.client.post(f"{path}/submit", json=CONSENTS | {"paper": paper}, headers=desk.staff())
    assert (refused.status_code, [one["rule"] for one in refused.json()["errors"]]) == (422, [rule])
    assert await state_of(database.admin_dsn) == before


async def test_the_telephone_stands_in_case_and_audit(desk: Desk, database: ServiceDatabase) -> None:
    path, me = await filed(desk, "telephone")
    assert (await desk.client.post(f"{path}/submit", json=CONSENTS, headers=desk.staff())).status_code == 200
    assert (await desk.client.get(path, headers=desk.member(me))).json()["channel"] == "telephone"
    query = "select details ->> 'channel' as channel from claims.audit_entry where action like 'case_%ed' order by at"
    told = await rows(database.admin_dsn, query)
    assert [one["channel"] for one in told if one["channel"]] == ["telephone", "telephone"]


async def send_paper(desk: Desk, **received: Any) -> tuple[str, str, str]:
    """Send a case on paper; return its path, its member's id and its claim's."""
    path, me = await filed(desk, "paper")
    sent = await desk.client.post(f"{path}/submit", json=CONSENTS | (received or RECEIVED), headers=desk.staff())
    assert sent.status_code == 200, sent.text
    return path, me, sent.json()["claims"][0]["claim_id"]


async def told(database: ServiceDatabase) -> list[str]:
    return [one for one in await outbox(database.admin_dsn) if one in {SUBMITTED, WITHDRAWN}]


async def test_paper_comes_to_the_rules_on_the_day_of_its_turn(
    desk: Desk, database: ServiceDatabase, services: Services, clock: FixedClock
) -> None:
    path, me, claim_id = await send_paper(desk)
    waiting = (await desk.client.get(path, headers=desk.member(me))).json()
    assert (waiting["held_until"], waiting["state_label_it"]) == ("2026-12-19", "INSERITA")
    assert waiting["claims"][0]["next_expected"]["due_on"] == "2026-12-19"
    assert await told(database) == []
    clock.set(datetime(2026, 12, 18, 22, 30, tzinfo=UTC))
    assert (await release_paper(services), await escalate_overdue(services)) == (0, 0)
    clock.set(datetime(2026, 12, 18, 23, 30, tzinfo=UTC))  # already the 19th in Italy
    assert (await release_paper(services), await release_paper(services)) == (1, 0)
    assert await told(database) == [SUBMITTED]
    (row,) = await rows(database.admin_dsn, "select data from claims.outbox where type = $1", SUBMITTED)
    assert json.loads(row["data"])["request"]["received_on"] == "2026-10-20"
    case = (await desk.client.get(path, headers=desk.member(me))).json()
    assert (case["held_until"], case["expected_decision_on"]) == (None, "2026-12-23")
    events = (await desk.client.get(f"{path}/events", headers=desk.member(me))).json()["items"]
    assert [one["kind"] for one in events] == ["opened", "submitted", "turn_came"]
    clock.set(datetime(2026, 12, 23, 12, tzinfo=UTC))
    assert await escalate_overdue(services) == 0
    clock.set(datetime(2026, 12, 24, 12, tzinfo=UTC))
    assert await escalate_overdue(services) == 1
    await desk.decide(claim_id)
    # The service level counts from the turn, not from the envelope's entry.
    levels = await desk.client.get("/v1/service-levels?from=2026-11-01", headers=desk.member(me))
    decided = next(one for one in levels.json()["steps"] if one["step"] == "rules_decision")
    assert decided["p50_seconds"] < 6 * 86_400


async def test_an_old_envelope_does_not_wait(desk: Desk, database: ServiceDatabase, services: Services) -> None:
    path, me, _ = await send_paper(desk, paper={"received_on": "2026-09-03"})  # sixty days before today
    assert await told(database) == [SUBMITTED]
    assert (await desk.client.get(path, headers=desk.member(me))).json()["held_until"] is None
    assert await release_paper(services) == 0


async def test_an_operator_releases_paper_early_with_a_reason(
    desk: Desk, database: ServiceDatabase, services: Services, clock: FixedClock
) -> None:
    path, me, claim_id = await send_paper(desk)
    assert (await desk.client.post(f"{path}/release", json={"reason": "x"}, headers=desk.member(me))).status_code == 403
    before = await state_of(database.admin_dsn)
    for body in ({}, {"reason": " "}):
        assert (await desk.client.post(f"{path}/release", json=body, headers=desk.staff())).status_code == 422
    assert await state_of(database.admin_dsn) == before
    clock.set(datetime(2026, 11, 10, 9, tzinfo=UTC))
    done = await desk.client.post(f"{path}/release", json={"reason": "ricovero in corso"}, headers=desk.staff())
    assert (done.status_code, done.json()["held_until"]) == (200, None)
    assert done.json()["expected_decision_on"] == "2026-11-13"
    again = await desk.client.post(f"{path}/release", json={"reason": "ancora"}, headers=desk.staff())
    assert (again.status_code, again.json()["code"]) == (409, "case_not_held")
    query = "select details from claims.audit_entry where action = 'case_released_early'"
    (audited,) = await rows(database.admin_dsn, query)
    assert json.loads(audited["details"]) == {"reason": "ricovero in corso", "turn_on": "2026-12-19"}
    clock.set(datetime(2026, 12, 19, 12, tzinfo=UTC))
    assert (await release_paper(services), await told(database)) == (0, [SUBMITTED])
    await desk.decide(claim_id, "refer", review=None)
    item = (await desk.client.post("/v1/work-items/next", headers=desk.staff("operator"))).json()["item"]
    assert item["queued_at"].startswith("2026-11-10")


async def test_paper_that_is_taken_back_never_reaches_the_rules(
    desk: Desk, database: ServiceDatabase, services: Services, clock: FixedClock
) -> None:
    path, me, claim_id = await send_paper(desk)
    gone = await desk.client.post(f"/v1/claims/{claim_id}/withdraw", headers=desk.member(me))
    assert gone.status_code == 200
    clock.set(datetime(2026, 12, 19, 12, tzinfo=UTC))
    assert await release_paper(services) == 1
    assert await told(database) == [WITHDRAWN]
    assert (await desk.client.get(path, headers=desk.member(me))).json()["state"] == "withdrawn"
