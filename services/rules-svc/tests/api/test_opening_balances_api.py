"""Opening balances: a whole file or nothing, once a file, never past a ceiling."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from factories_rules import Desk

from kit.testing.tokens import TokenFactory

HEADING = "person_id,limit_id,on,amount_cents,units,mode,part\n"
BALANCES = "select limit_id, window_key, consumed, uses from rules.limit_balance order by 1, 2"


@pytest.fixture
async def person(desk: Desk) -> UUID:
    one = uuid4()
    await desk.handle(desk.member_changed(one, [one]))
    return one


async def _send(client: httpx.AsyncClient, tokens: TokenFactory, content: str, query: str = "dry_run=false") -> Any:
    headers = tokens.headers(roles=["fund_admin"]) | {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/v1/opening-balances?{query}", content=content.encode(), headers=headers)


async def test_a_file_is_checked_then_applied_once(
    client: httpx.AsyncClient, desk: Desk, person: UUID, tokens: TokenFactory
) -> None:
    file = f"{HEADING}{person},glasses,2026-03-10,25000,,indirect,\n{person},splintings,2025-12-01,,1,,\n"
    dry = (await _send(client, tokens, file, "dry_run=true")).json()
    assert (dry["import_id"], dry["lines"], dry["postings"], dry["faults"]) == (None, 2, 3, [])
    assert not await desk.rows(BALANCES)
    answers = await asyncio.gather(*(_send(client, tokens, file) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert sorted(answer.json()["repeated"] for answer in answers) == [False, True, True, True]
    again = (await _send(client, tokens, file)).json()
    assert (again["repeated"], again["postings"]) == (True, 0)
    rows = {(row.limit_id, row.window_key): (row.consumed, row.uses) for row in await desk.rows(BALANCES)}
    assert rows["glasses", "2025-2026"] == rows["glasses", "2026-2027"] == (25_000, {})
    (rolling,) = [uses for (limit, _), (_, uses) in rows.items() if limit == "splintings"]
    assert list(rolling.values()) == [["2025-12-01", 1]]
    kinds = await desk.rows("select kind, count(*) from rules.limit_posting group by 1")
    assert [tuple(row) for row in kinds] == [("opening", 3)]
    assert len(await desk.rows("select * from rules.audit_entry where action = 'openings_imported'")) == 1

    await desk.handle(desk.claim(uuid4(), person, article="3.8", amount_cents=90_000))
    assert [row.payable_cents for row in await desk.rows("select payable_cents from rules.decision")] == [15_000]


async def test_each_line_at_fault_is_named_and_nothing_is_done(
    client: httpx.AsyncClient, desk: Desk, person: UUID, tokens: TokenFactory
) -> None:
    lines: list[dict[str, Any]] = [
        {"person_id": str(person), "limit_id": "glasses", "on": "2026-03-10", "amount_cents": 25_000},
        {"person_id": str(uuid4()), "limit_id": "glasses", "on": "2026-03-10", "amount_cents": 1},
        {"person_id": str(person), "limit_id": "nothing", "on": "2026-03-10", "amount_cents": 1},
        {"person_id": str(person), "limit_id": "glasses", "on": "2026-03-10", "units": 1},
        {"person_id": str(person), "limit_id": "glasses", "on": "yesterday", "amount_cents": 1},
        {"person_id": str(person), "limit_id": "glasses", "on": "2026-03-10", "amount_cents": 25_000},
        {"person_id": str(person), "limit_id": "glasses", "on": "2026-04-10", "amount_cents": 20_001},
        {"person_id": str(person), "limit_id": "splintings", "on": "2026-04-10", "units": 2},
    ]
    dry = (await _send(client, tokens, json.dumps(lines), "format=json&dry_run=true")).json()
    rules = [(one["pointer"].split("/")[2], one["rule"]) for one in dry["faults"]]
    assert dict(rules) == {
        "2": "person_unknown",
        "3": "limit_unknown",
        "4": "measure",
        "5": "date_from_datetime_parsing",
        "6": "line_repeated",
        "7": "above_ceiling",
        "8": "above_ceiling",
    }
    refused = await _send(client, tokens, json.dumps(lines), "format=json&dry_run=false")
    assert (refused.status_code, refused.json()["code"]) == (422, "openings_invalid")
    assert not await desk.rows("select * from rules.limit_posting")
    assert not await desk.rows("select * from rules.opening_import")
    for content in ("{}", "["):
        unread = await _send(client, tokens, content, "format=json")
        assert (unread.status_code, unread.json()["code"]) == (422, "opening_file_invalid")
    headers = tokens.headers(roles=["operator"]) | {"Idempotency-Key": str(uuid4())}
    assert (await client.post("/v1/opening-balances", content=b"", headers=headers)).status_code == 403
