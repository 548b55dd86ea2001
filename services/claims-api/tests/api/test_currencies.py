"""Documents in another currency: shown as they are, counted in euro once the rules converted them (1.3)."""

from typing import Any
from uuid import uuid4

import httpx
from factories_claims import Desk, claim_body, person_of, rows, text_of

from kit.testing.databases import ServiceDatabase

FRANCS = {"currency": "CHF", "amount_cents": 10_000}
NO_RATE = [text_of("rate", "1.3", code="rate_unknown")]


def abroad(member: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return claim_body(person_of(member, "member")) | FRANCS | changes


async def shown(desk: Desk, member: dict[str, Any], path: str) -> httpx.Response:
    return await desk.client.get(f"/v1/claims{path}", headers=desk.member(member["member_id"]))


async def test_francs_count_in_euro_once_decided(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, (claim_id,) = await desk.submitted(member, abroad(member))
    (sent,) = await rows(
        database.admin_dsn,
        "select data->'request' as request from claims.outbox where type = $1",
        "claims.claim_submitted.v1",
    )
    assert '"currency": "CHF"' in str(sent["request"])
    (row,) = (await shown(desk, member, "")).json()["items"]
    assert (row["requested_cents"], row["amount_cents"], row["currency"]) == (None, 10_000, "CHF")
    (total,) = (await shown(desk, member, "/totals")).json()["items"]
    assert (total["requested_cents"], total["unconverted_rows"]) == (0, 1)
    waiting = await desk.case(member["member_id"], case_id)
    assert (waiting["requested_cents"], waiting["unconverted_claims"]) == (0, 1)
    assert ";;0,00;" in (await shown(desk, member, "/export")).text

    await desk.decide(claim_id, requested_cents=10_000, requested_eur_cents=10_877, payable_cents=7_070)
    (row,) = (await shown(desk, member, "")).json()["items"]
    assert (row["requested_cents"], row["settled_cents"], row["amount_cents"]) == (10_877, 7_070, 10_000)
    (total,) = (await shown(desk, member, "/totals")).json()["items"]
    assert (total["requested_cents"], total["settled_cents"], total["unconverted_rows"]) == (10_877, 7_070, 0)
    assert (await desk.case(member["member_id"], case_id))["requested_cents"] == 10_877
    assert ";108,77;70,70;" in (await shown(desk, member, "/export")).text
    assert "100,00;CHF" in (await shown(desk, member, "/export")).text
    (settled,) = await rows(
        database.admin_dsn,
        "select data->>'requested_cents' as cents from claims.outbox where type = $1",
        "claims.claim_settled.v1",
    )
    assert settled["cents"] == "10877"


async def test_a_person_pays_at_most_the_amount_in_euro(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    _, (dear, unknown) = await desk.submitted(
        member, abroad(member, currency="JPY"), abroad(member, currency="RUB", document_number="2")
    )
    await desk.decide(dear, "refer", review="operator", requested_cents=10_000, requested_eur_cents=62)
    await desk.decide(unknown, "refer", review="operator", requested_cents=10_000, reasons=NO_RATE)
    queue = (await desk.client.get("/v1/work-items", headers=desk.staff("operator"))).json()["items"]
    assert [(one["amount_cents"], one["currency"], one["requested_cents"]) for one in queue] == [
        (10_000, "JPY", 62),
        (10_000, "RUB", None),
    ]
    for claim_id, rule in ((dear, "payable_within_request"), (unknown, "rate_unknown")):
        body = {"outcome": "pay", "payable_cents": 63, "reason_codes": ["granted_by_office"]}
        refused = await desk.client.post(f"/v1/claims/{claim_id}/decisions", json=body, headers=desk.staff("operator"))
        assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (422, rule)
    granted = {"outcome": "pay", "payable_cents": 62, "reason_codes": ["granted_by_office"]}
    paid = await desk.client.post(f"/v1/claims/{dear}/decisions", json=granted, headers=desk.staff("operator"))
    assert (paid.status_code, paid.json()["requested_cents"]) == (201, 62)


async def test_the_desk_puts_an_amount_without_a_rate_into_euro(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, (claim_id,) = await desk.submitted(member, abroad(member, currency="RUB"))
    await desk.decide(claim_id, "refer", review="operator", requested_cents=10_000, reasons=NO_RATE)
    facts = {"reason": "estratto conto", "facts": {"currency": "EUR", "amount_cents": 105}}
    changed = await desk.client.patch(
        f"/v1/claims/{claim_id}/facts", json=facts, headers=desk.staff("operator") | {"If-Match": '"1"'}
    )
    assert changed.status_code == 200, changed.text
    await desk.decide(claim_id, revision=2, requested_cents=105, requested_eur_cents=105, payable_cents=68)
    claim = (await desk.case(member["member_id"], case_id))["claims"][0]
    assert (claim["requested_cents"], claim["currency"], claim["settled_cents"]) == (105, "EUR", 68)


async def test_a_paid_claim_in_francs_is_corrected(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id, (claim_id,) = await desk.submitted(member, abroad(member))
    await desk.decide(claim_id, requested_cents=10_000, requested_eur_cents=10_877, payable_cents=7_070)
    path = f"/v1/claims/{claim_id}/reviews"
    asked = await desk.client.post(path, json={"reason": "erano dollari"}, headers=desk.member(member["member_id"]))
    assert asked.status_code == 201, asked.text
    answer = {"outcome": "corrected", "reason_codes": ["facts_put_right"], "facts": {"currency": "USD"}}
    where = f"{path}/{asked.json()['review_request_id']}"
    proposed = await desk.client.post(f"{where}/answer", json=answer, headers=desk.staff("operator"))
    # What is not in euro yet may be above the amount that one person decides alone.
    assert proposed.json()["state"] == "proposed", proposed.text
    other = desk.tokens.headers(roles=["operator"], subject="second", key=uuid4().hex)
    assert (await desk.client.post(f"{where}/confirm", headers=other)).status_code == 200
    waiting = (await desk.case(member["member_id"], case_id))["claims"][0]
    assert (waiting["currency"], waiting["requested_cents"], waiting["settled_cents"]) == ("USD", None, 7_070)


async def test_yen_have_no_hundredths_and_dinars_have_thousandths(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    _, (yen, dinars) = await desk.submitted(
        member,
        abroad(member, currency="JPY", amount_cents=15_000),
        abroad(member, currency="KWD", amount_cents=15_250, document_number="2"),
    )
    listed = (await shown(desk, member, "")).json()["items"]
    assert {(one["amount_cents"], one["currency"], one["minor_digits"]) for one in listed} == {
        (15_000, "JPY", 0),
        (15_250, "KWD", 3),
    }
    exported = (await shown(desk, member, "/export")).text
    assert ";15000;JPY" in exported
    assert ";15,250;KWD" in exported
    await desk.decide(yen, "refer", review="operator", requested_cents=15_000, requested_eur_cents=9_300)
    (item,) = (await desk.client.get("/v1/work-items", headers=desk.staff("operator"))).json()["items"]
    assert (item["amount_cents"], item["minor_digits"], item["requested_cents"]) == (15_000, 0, 9_300)
    claim = (await shown(desk, member, f"/{dinars}")).json()
    assert (claim["amount_cents"], claim["minor_digits"], claim["requested_cents"]) == (15_250, 3, None)
    explained = (await shown(desk, member, f"/{yen}/explanation")).json()
    assert (explained["amount_cents"], explained["minor_digits"]) == (15_000, 0)
