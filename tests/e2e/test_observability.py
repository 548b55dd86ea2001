"""One request can be followed through every service, and the logs name nobody."""

import json
import re
import secrets
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from mutua_local.demo.claims_story import CONSENTS, decided
from mutua_local.demo.client import Caller, eventually
from mutua_local.login import machine_token
from mutua_local.seed import HOUSEHOLDS
from mutua_local.settings import DATABASE

pytestmark = pytest.mark.e2e


async def _audited(system, schema: str, trace_id: str) -> list[str]:
    conn = await asyncpg.connect(
        host="127.0.0.1",
        port=int(system.environment["MUTUA_POSTGRES_PORT"]),
        user=f"mutua_{schema}",
        password=system.secret(f"{schema.upper()}_DATABASE_PASSWORD"),
        database=DATABASE,
    )
    try:
        await conn.execute("select set_config('app.fund', '*', false)")
        rows = await conn.fetch(
            "select action from audit_entry where traceparent like $1 order by seq", f"00-{trace_id}-%"
        )
        return [row["action"] for row in rows]
    finally:
        await conn.close()


async def test_a_trace_goes_through_gateway_services_and_events(system, mario: Caller, mario_token):
    me = await mario.get("/v1/me")
    person = next(one["person_id"] for one in me["persons"] if one["relation"] == "member")
    now = datetime.fromisoformat((await _demo_now(system))["now"])
    case = await mario.post("/v1/cases")
    claim = await mario.post(
        f"/v1/cases/{case['case_id']}/claims",
        {
            "person_id": person,
            "article": "3.4",
            "document_number": f"T-{secrets.token_hex(4)}",
            "document_date": (now - timedelta(days=3)).date().isoformat(),
            "amount_cents": 3600,
            "ssn_ticket": True,
            "provider": {"kind": "public"},
            "service": "visita specialistica",
        },
    )
    trace_id = secrets.token_hex(16)
    headers = {
        "Authorization": f"Bearer {mario_token}",
        "Idempotency-Key": secrets.token_hex(8),
        "traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01",
    }
    async with httpx.AsyncClient(base_url=system.url, timeout=30) as http:
        answer = await http.post(f"/v1/cases/{case['case_id']}/submit", json=CONSENTS, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["x-request-id"]
    await decided(mario, claim["claim_id"])
    for schema in ("claims", "rules"):

        async def look(schema: str = schema) -> list[str] | None:
            return await _audited(system, schema, trace_id) or None

        assert await eventually(f"the trace in {schema}", look)


async def _demo_now(system):
    token = await machine_token(system.url, "fund-admin", system.secret("MACHINE_SECRET_FUND_ADMIN"))
    async with httpx.AsyncClient(base_url=system.url, timeout=30) as http:
        return await Caller(http, token).get("/v1/demo/clock")


def test_the_logs_name_nobody(system):
    people = [person for household in HOUSEHOLDS for person in (household.member, *household.family)]
    words = {word for person in people for word in (person.fiscal_code, person.last_name, person.name)}
    words |= {household.iban for household in HOUSEHOLDS} | {household.email for household in HOUSEHOLDS}
    personal = re.compile("|".join(re.escape(word) for word in words) + r"|@example\.org|\bIT\d{2}[A-Z]\d{10}")
    found = [
        f"{log.name}: {line[:200]}"
        for log in sorted((system.home / "logs").glob("*.log"))
        for line in log.read_text(errors="replace").splitlines()
        if personal.search(line)
    ]
    assert found == []


def test_the_services_log_json_lines(system):
    for name in ("claims-api", "rules-worker", "payout-worker"):
        lines = (system.home / "logs" / f"{name}.log").read_text().splitlines()
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        assert entries, name
        assert all(datetime.fromisoformat(entry["timestamp"]).tzinfo == UTC for entry in entries)
