from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from booking_factories import booking_body, envelope, plan_published

from booking_api.domain import errors
from booking_api.entrypoints.http.problems import PROBLEMS
from kit.errors import DomainError
from kit.migrations import alembic_config
from kit.testing.databases import ServiceDatabase

SERVICE_DIR = Path(__file__).parents[2]


def test_the_migrations_are_what_the_tables_say(database: ServiceDatabase):
    command.check(alembic_config(SERVICE_DIR, database.url))


def test_every_fact_has_its_status():
    facts = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, DomainError)]
    own = {one for one in facts if one.__module__ == errors.__name__}
    assert own == set(PROBLEMS)


async def test_every_table_is_locked_to_its_fund(harness: Any):
    rows = await harness.rows(
        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where nspname = 'bookings' and relkind = 'r' and relname <> 'alembic_version' "
        "and not (relrowsecurity and relforcerowsecurity)"
    )
    assert [row["relname"] for row in rows] == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'authorised'", "booking_authorised_has_code"),
        ("state = 'letter_sent', code = 'x', fund_share_cents = 0, member_share_cents = 12000", "booking_letter"),
        ("fund_share_cents = 9000, member_share_cents = 3001", "booking_shares_sum"),
        ("fund_share_cents = -1, member_share_cents = 12001", "booking_shares_positive"),
        ("state = 'lost'", "booking_state"),
        ("state = 'not_authorised'", "booking_refusal"),
        ("price_cents = 0", "booking_price"),
    ],
)
async def test_the_database_refuses_impossible_bookings(harness: Any, change: str, constraint: str):
    await harness.client.post("/v1/bookings", json=booking_body(), headers=harness.member())
    with pytest.raises(asyncpg.CheckViolationError, match=constraint):
        await harness.rows(f"update booking set {change}")


@pytest.mark.parametrize("statement", ["update booking_history set actor = 'x'", "delete from booking_history"])
async def test_the_history_cannot_be_rewritten(harness: Any, statement: str):
    await harness.client.post("/v1/bookings", json=booking_body(), headers=harness.member())
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await harness.rows(statement)


async def test_a_withdrawn_plan_is_forgotten(harness: Any):
    again = plan_published()
    version = again.data["version"]
    later = {**again.data, "version": "wrong", "effective_from": "2026-10-01"}
    await harness.receive(envelope("rules.plan_published.v1", later, subject="fnm"))
    await harness.receive(
        envelope("rules.plan_withdrawn.v1", {"plan_id": "fnm", "version": "wrong"}, subject="fnm"),
        envelope("rules.plan_withdrawn.v1", {"plan_id": "other", "version": version}, subject="other"),
    )
    rows = await harness.rows("select version from bookings.plan_version")
    assert [row["version"] for row in rows] == [str(version)]
