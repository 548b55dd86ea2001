"""The filters of "le tue pratiche": day of the request, day of the invoice, year, person."""

from datetime import UTC, datetime

import pytest
from factories_claims import Desk, claim_body, person_of

from kit.clock import FixedClock


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["c", "b", "a"]),
        ("year=2026", ["b", "a"]),
        ("year=2027", ["c"]),
        ("requested_from=2026-11-30", ["c", "b"]),
        ("requested_from=2026-12-01", ["c"]),
        ("requested_to=2026-11-30", ["b", "a"]),
        ("requested_to=2026-11-29", ["a"]),
        ("year=2026&requested_from=2026-11-03", ["b"]),
        ("document_from=2026-10-20", ["c", "b"]),
        ("document_from=2026-10-21", ["c"]),
        ("document_to=2026-10-20", ["b", "a"]),
        ("document_from=2026-10-05&document_to=2026-10-05", ["a"]),
        ("document_to=2026-10-04", []),
    ],
)
async def test_filters_at_their_boundaries(desk: Desk, clock: FixedClock, query: str, found: list[str]) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    names = {}
    sent = (("a", (2026, 11, 2), "2026-10-05"), ("b", (2026, 11, 30), "2026-10-20"), ("c", (2027, 1, 5), "2026-12-01"))
    for name, day, document in sent:
        clock.set(datetime(*day, 9, tzinfo=UTC))
        case_id, _ = await desk.submitted(member, claim_body(own, document_number=name, document_date=document))
        names[case_id] = name
    answer = await desk.client.get(f"/v1/cases?{query}", headers=desk.member(member["member_id"]))
    assert [names[case["case_id"]] for case in answer.json()["items"]] == found


async def test_one_claim_answers_person_and_invoice_day(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own, spouse = person_of(member, "member"), person_of(member, "spouse")
    bodies = claim_body(own, document_date="2026-10-05"), claim_body(spouse, document_date="2026-10-20")
    case_id, _ = await desk.submitted(member, *bodies)

    async def listed(query: str) -> list[str]:
        answer = await desk.client.get(f"/v1/cases?{query}", headers=desk.member(member["member_id"]))
        return [case["case_id"] for case in answer.json()["items"]]

    assert await listed(f"person_id={spouse}&document_from=2026-10-20") == [case_id]
    assert await listed(f"person_id={own}&document_from=2026-10-20") == []
    bad = await desk.client.get("/v1/cases?requested_from=2026-13-01", headers=desk.member(member["member_id"]))
    assert bad.status_code == 422
