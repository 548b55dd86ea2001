"""A month's reconciliation is asked for, waits for the worker and is shown."""

from uuid import uuid4

import httpx
from factories_rules import Desk

from kit.testing.tokens import TokenFactory
from rules_svc.entrypoints.reconciliation_job import reconcile_ledgers

PATH = "/v1/limits/reconciliations"


async def test_asked_then_made_then_shown(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    officer = tokens.headers(roles=["payments_officer"])
    await desk.handle(desk.claim(uuid4(), uuid4()))
    assert (await client.get(f"{PATH}/2026-11", headers=officer)).json()["code"] == "reconciliation_not_found"
    for _ in range(2):
        asked = await client.post(f"{PATH}/2026-11", headers=officer | {"Idempotency-Key": str(uuid4())})
        assert (asked.status_code, asked.json()["state"], asked.json()["result"]) == (202, "waiting", None)
    await reconcile_ledgers(desk.services)
    shown = (await client.get(f"{PATH}/2026-11", headers=officer)).json()
    assert shown["state"] == "all_equal"
    # The day itself is not over: its decision is counted tomorrow.
    assert (shown["result"]["through_on"], shown["result"]["decisions"]) == ("2026-11-02", 0)
    made = await desk.rows("select month::text from rules.ledger_reconciliation order by 1")
    assert [row.month for row in made] == ["2026-10-01", "2026-11-01"]


async def test_refused(client: httpx.AsyncClient, desk: Desk, tokens: TokenFactory) -> None:
    officer = tokens.headers(roles=["payments_officer"]) | {"Idempotency-Key": str(uuid4())}
    future = await client.post(f"{PATH}/2026-12", headers=officer)
    assert (future.status_code, future.json()["errors"][0]["pointer"]) == (422, "/month")
    assert (await client.post(f"{PATH}/2026-13", headers=officer)).status_code == 422
    member = tokens.headers(roles=["member"], member_id=str(uuid4()))
    assert (await client.get(f"{PATH}/2026-11", headers=member)).status_code == 403
    assert not await desk.rows("select * from rules.ledger_reconciliation")
