"""Cases that the desk files: on paper with the envelope's days, and by telephone."""

from typing import Any

import pytest
from factories_claims import CONSENTS, Desk, claim_body, person_of, rows, state_of

from kit.testing.databases import ServiceDatabase


async def filed(desk: Desk, channel: str) -> tuple[str, str]:
    """Open a case for a member as the desk, with one claim; return its path and the member's id."""
    await desk.publish_plan()
    member = await desk.register()
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
