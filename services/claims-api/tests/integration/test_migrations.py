"""An older database full of rows is brought up to date: what migrations move is where it belongs, nothing is lost."""

import asyncio
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from kit.migrations import alembic_config
from kit.roles import role_statements
from kit.testing.databases import execute, on_database

SERVICE = Path(__file__).parents[2]
ID = "01932e60-5b00-7000-8000-0000000000{:02}"
MEMBER, PERSON = ID.format(1), ID.format(2)
PORTAL, PAPER = ID.format(11), ID.format(12)
REFERRED, ON_PAPER, SETTLED, MARRIAGE = (ID.format(number) for number in (21, 22, 23, 24))
# Each claim with its case, article, state, amount and reviewer.
CLAIMS = (
    (REFERRED, PORTAL, "3.6", "referred", "null", "'board'"),
    (ON_PAPER, PAPER, "3.8", "referred", "null", "null"),
    (SETTLED, PORTAL, "3.6", "settled", "9000", "null"),
    (MARRIAGE, PORTAL, "7.1", "rejected", "0", "null"),
)
BEFORE_THE_DESK = (
    f"""insert into claims.member (member_id, fund, number, category, enrolled_on, language, email, version,
          contact_version) values ('{MEMBER}', 'fnm', '1', 'employee', '2010-03-01', 'it', 'x@example.org', 1, 1)""",
    f"""insert into claims.person (person_id, fund, member_id, relation, first_name, last_name, fiscal_code, birth_date,
          disabled_104, valid_from) values ('{PERSON}', 'fnm', '{MEMBER}', 'member', 'Mario', 'Rossi',
          'RSSMRA75H15F205E', '1975-06-15', false, '2010-03-01')""",
    """insert into claims.plan_version values
          ('fnm', 'fnm', '1', '2023-07-01', null, 60, '["3.6", "3.8", "7.1"]')""",
    *(
        f"""insert into claims.claim_case (case_id, fund, number, member_id, channel, state, created_at, submitted_at,
              received_on) values ('{case}', 'fnm', '{case[-2:]}', '{MEMBER}', '{channel}', 'referred',
              '2026-10-01T08:00:00Z', '2026-10-02T08:00:00Z', '2026-10-02')"""
        for case, channel in ((PORTAL, "portal"), (PAPER, "paper"))
    ),
    f"""insert into claims.consent (case_id, fund, kind, given_at, given_by)
          values ('{PORTAL}', 'fnm', 'privacy_notice', '2026-10-02T08:00:00Z', 'mario')""",
    *(
        f"""insert into claims.claim (claim_id, fund, case_id, member_id, person_id, article, mode, service,
              document_number, document_number_key, document_date, amount_cents, currency, quantity, items, ssn_ticket,
              stamp_duty_cents, other_fund_refund_cents, provider_kind, provider_key, extra, state, revision,
              received_on, payable_cents, decision_id, review, missing, reasons)
            values ('{claim}', 'fnm', '{case}', '{MEMBER}', '{PERSON}', '{article}', 'indirect', 'visita',
              '{claim[-2:]}', '{claim[-2:]}', '2026-09-20', 15000, 'EUR', 1, '[]', false, 0, 0, 'specialist', '',
              '{{}}', '{state}', 1, '2026-10-02', {payable}, '{claim}', {review}, '[]', '[]')"""
        for claim, case, article, state, payable, review in CLAIMS
    ),
    f"""insert into claims.document (document_id, fund, member_id, kind, media_type, size_bytes, sha256, storage_key,
          uploaded_at, uploaded_by) values ('{ID.format(31)}', 'fnm', '{MEMBER}', 'invoice', 'application/pdf', 100,
          'abc', 'fnm/documents/x', '2026-10-01T08:00:00Z', 'mario')""",
    f"insert into claims.claim_document values ('{SETTLED}', '{ID.format(31)}', 'fnm', 'invoice', 1)",
)


@pytest.fixture
def older(postgres_url: str) -> Iterator[tuple[Config, str]]:
    suffix = secrets.token_hex(6)
    name, role = f"mutua_test_{suffix}", f"mutua_role_{suffix}"
    execute(postgres_url, f'create database "{name}"')
    try:
        execute(on_database(postgres_url, name), *role_statements(role, "pw", "claims", name))
        dsn = on_database(postgres_url, name, login=f"{role}:pw")
        yield alembic_config(SERVICE, dsn.replace("postgresql://", "postgresql+asyncpg://", 1)), dsn
    finally:
        execute(postgres_url, f'drop database "{name}" with (force)', f'drop role "{role}"')


async def test_what_was_there_before_the_desk_is_moved_to_its_place(older: tuple[Config, str]) -> None:
    config, dsn = older
    await asyncio.to_thread(command.upgrade, config, "0002")
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("select set_config('app.fund', 'fnm', false)")
        for statement in BEFORE_THE_DESK:
            await conn.execute(statement)
        await asyncio.to_thread(command.upgrade, config, "head")
        await asyncio.to_thread(command.check, config)
        await _check_queue(conn)
        await _check_claims(conn)
        await _check_the_rest(conn)
    finally:
        await conn.close()


async def _check_queue(conn: asyncpg.Connection) -> None:
    """In 0003 what was referred enters the queue at the place of its receipt, paper sixty days later."""
    items = await conn.fetch(
        "select claim_id::text, case_id::text, case_number, kind, review_role, article, channel, amount_cents,"
        " currency, to_char(queued_at at time zone 'UTC', 'YYYY-MM-DD HH24') as queued, closed_at"
        " from claims.work_item order by 1"
    )
    assert [tuple(one) for one in items] == [
        (REFERRED, PORTAL, "11", "review", "board", "3.6", "portal", 15000, "EUR", "2026-10-02 08", None),
        (ON_PAPER, PAPER, "12", "review", "operator", "3.8", "paper", 15000, "EUR", "2026-12-01 08", None),
    ]


async def _check_claims(conn: asyncpg.Connection) -> None:
    """Look for each claim's branch (0006), what was released (0008), and paper that went on at once (0020)."""
    claims = await conn.fetch("select claim_id::text, branch, settled_cents, state from claims.claim order by 1")
    assert [tuple(one) for one in claims] == [
        (REFERRED, "health", None, "referred"),
        (ON_PAPER, "health", None, "referred"),
        (SETTLED, "health", 9000, "settled"),
        (MARRIAGE, "non_health", None, "rejected"),
    ]
    assert await conn.fetchval("select count(*) from claims.claim_case where held_until is null") == 2


async def _check_the_rest(conn: asyncpg.Connection) -> None:
    """Look for the terms of the plan's articles (0006), ready documents (0010), consents with a version (0012)."""
    articles = json.loads(await conn.fetchval("select articles from claims.plan_version"))
    assert {article: terms["branch"] for article, terms in articles.items()} == {
        "3.6": "health",
        "3.8": "health",
        "7.1": "non_health",
    }
    document = await conn.fetchrow("select state, content_sha256, storage_key, work_due_at from claims.document")
    assert tuple(document) == ("ready", "abc", "fnm/documents/x", None)
    assert await conn.fetchval("select count(*) from claims.claim_document") == 1
    consent = await conn.fetchrow("select version, member_id::text, given_by from claims.consent")
    assert tuple(consent) == ("2023-07", MEMBER, "mario")
