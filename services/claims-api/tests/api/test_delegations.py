"""A daughter acts for her father: with his consent, for a time, under her own name."""

from datetime import timedelta

from factories_claims import NEW_IBAN, Desk, claim_body, other_member_body, person_of, rows

from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase


async def test_a_delegate_acts_on_the_same_case(desk: Desk, clock: FixedClock, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    father = await desk.register()
    daughter = await desk.register("10002", other_member_body())
    he, she = father["member_id"], daughter["member_id"]
    case_id, (claim_id,) = await desk.submitted(father, claim_body(person_of(father, "member")))

    def acting() -> dict[str, str]:
        return desk.member(she) | {"X-Acting-For": he}

    refused = await desk.client.get(f"/v1/cases/{case_id}", headers=acting())
    assert (refused.status_code, refused.json()["code"]) == (403, "not_delegated")
    body = {"delegate_number": "10002", "valid_to": "2026-11-09"}
    given = await desk.client.post("/v1/delegations", json=body, headers=desk.member(he))
    assert (given.status_code, given.json()["given"]) == (201, True)
    assert (await desk.client.get(f"/v1/cases/{case_id}", headers=acting())).status_code == 200
    # Without the header she is herself.
    assert (await desk.client.get(f"/v1/cases/{case_id}", headers=desk.member(she))).status_code == 404
    opened = await desk.client.post("/v1/cases", json={}, headers=acting())
    assert opened.json()["member_id"] == he
    seen = await rows(
        database.admin_dsn, "select actor, entity_id from claims.audit_entry where action = 'acted_for_member'"
    )
    assert {row["entity_id"] for row in seen} == {he}
    assert len({row["actor"] for row in seen}) == 1
    # His account and his delegations stay his own.
    account = await desk.client.put(
        "/v1/me/bank-account", json={"iban": NEW_IBAN, "holder": "Paolo Bianchi"}, headers=acting()
    )
    assert account.status_code == 403

    clock.set(clock.now() + timedelta(days=7))
    assert (await desk.client.get(f"/v1/claims/{claim_id}", headers=acting())).status_code == 200
    clock.set(clock.now() + timedelta(days=1))
    assert (await desk.client.get(f"/v1/claims/{claim_id}", headers=acting())).status_code == 403


async def test_revoked_and_refused(desk: Desk) -> None:
    father = await desk.register()
    daughter = await desk.register("10002", other_member_body())
    he, she = father["member_id"], daughter["member_id"]
    for body, rule in (
        ({"delegate_number": "10001"}, "delegate_is_member"),
        ({"delegate_number": "99999"}, "member_unknown"),
        ({"delegate_number": "10002", "valid_to": "2026-11-01"}, "period_empty"),
    ):
        answer = await desk.client.post("/v1/delegations", json=body, headers=desk.member(he))
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)
    given = await desk.client.post("/v1/delegations", json={"delegate_number": "10002"}, headers=desk.member(he))
    held = (await desk.client.get("/v1/delegations", headers=desk.member(she))).json()["items"]
    assert [one["given"] for one in held] == [False]
    path = f"/v1/delegations/{given.json()['delegation_id']}/revoke"
    assert (await desk.client.post(path, headers=desk.member(he))).status_code == 200
    assert (await desk.client.post(path, headers=desk.member(he))).status_code == 404
    acting = desk.member(she) | {"X-Acting-For": he}
    assert (await desk.client.get("/v1/me", headers=acting)).status_code == 403
