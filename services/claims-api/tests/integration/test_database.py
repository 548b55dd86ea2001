"""What the database itself refuses, and what the worker finds in it."""

from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from factories_claims import Desk, claim_body, outbox, person_of, rows

from claims_api.adapters.tables import METADATA
from claims_api.bootstrap import Services
from claims_api.entrypoints.jobs import lapse_overdue
from kit.clock import FixedClock
from kit.migrations import alembic_config
from kit.testing.databases import ServiceDatabase


async def one_claim(desk: Desk) -> str:
    await desk.publish_plan()
    member = await desk.register()
    _, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member")))
    return claim_id


BROKEN = {
    "update claims.claim set amount_cents = 0": "amount_positive",
    "update claims.claim set amount_cents = -5": "amount_positive",
    "update claims.claim set currency = 'usd'": "currency_shape",
    "update claims.claim set converted_cents = 1": "only_foreign_converted",
    "update claims.claim set currency = 'USD', state = 'approved', payable_cents = 1, decision_id = claim_id": (
        "approved_in_euro"
    ),
    "update claims.claim set mode = 'direct'": "indirect_only",
    "update claims.claim set state = 'lost'": "known_state",
    "update claims.claim set state = 'approved'": "approved_has_decision",
    "update claims.claim set state = 'suspended'": "suspended_lapses",
    "update claims.claim set stamp_duty_cents = 20000": "parts_within_amount",
    "update claims.claim set payable_cents = -1": "payable_not_negative",
    "update claims.claim_case set channel = 'fax'": "known_channel",
    "update claims.claim set person_id = gen_random_uuid()": "claim_person_id_fkey",
}


async def test_constraints(desk: Desk, database: ServiceDatabase) -> None:
    await one_claim(desk)
    for statement, constraint in BROKEN.items():
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as caught:
            await rows(database.admin_dsn, statement)
        assert caught.value.as_dict()["constraint_name"] == constraint


async def test_the_index_refuses_the_same_expense_twice(desk: Desk, database: ServiceDatabase) -> None:
    await one_claim(desk)
    copy = (
        "insert into claims.claim select (jsonb_populate_record(c, "
        "jsonb_build_object('claim_id', gen_random_uuid()))).* from claims.claim c"
    )
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await rows(database.admin_dsn, copy)
    assert caught.value.as_dict()["constraint_name"] == "claim_expense"


async def test_history_is_never_changed(desk: Desk, database: ServiceDatabase) -> None:
    await desk.decide(await one_claim(desk))
    for table in ("claim_state_change", "claim_decision", "consent", "audit_entry"):
        for statement in (f"delete from claims.{table}", f"update claims.{table} set fund = 'x'"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await rows(database.admin_dsn, statement)


async def test_every_table_is_closed_to_other_funds(desk: Desk, database: ServiceDatabase) -> None:
    await one_claim(desk)
    listed = await rows(
        database.admin_dsn,
        "select tablename from pg_tables where schemaname = 'claims' and tablename <> 'alembic_version'",
    )
    tables = [row["tablename"] for row in listed]
    assert len(tables) == len(METADATA.tables)
    conn = await asyncpg.connect(database.dsn)
    try:
        for table in tables:
            assert await conn.fetchval(f'select count(*) from claims."{table}"') == 0, table
        await conn.execute("select set_config('app.fund', 'faschim', false)")
        for table in tables:
            assert await conn.fetchval(f'select count(*) from claims."{table}"') == 0, table
        await conn.execute("select set_config('app.fund', 'fnm', false)")
        assert await conn.fetchval("select count(*) from claims.claim") == 1
    finally:
        await conn.close()


def test_migrations_make_what_the_code_expects(database: ServiceDatabase) -> None:
    command.check(alembic_config(Path(__file__).parents[2], database.url))


async def test_overdue_claims_lapse_once(
    desk: Desk, services: Services, clock: FixedClock, database: ServiceDatabase
) -> None:
    await desk.publish_plan()
    member = await desk.register()
    own = person_of(member, "member")
    case_id, (waiting, approved) = await desk.submitted(member, claim_body(own), claim_body(own, document_number="2"))
    await desk.decide(waiting, "pend")
    await desk.decide(approved)
    clock.set(clock.now() + timedelta(days=60))
    assert await lapse_overdue(services) == 0
    clock.set(clock.now() + timedelta(days=1))
    assert await lapse_overdue(services) == 1
    assert await lapse_overdue(services) == 0
    case = await desk.case(member["member_id"], case_id)
    assert (case["state_label_it"], case["settled_cents"]) == ("LIQUIDATA", 9000)
    lapsed = next(claim for claim in case["claims"] if claim["claim_id"] == waiting)
    assert (lapsed["state_label_it"], lapsed["reasons"][0]["article"]) == ("RESPINTA", "1.1")
    assert (await outbox(database.admin_dsn))[-2:] == ["claims.claim_rejected.v1", "claims.claim_settled.v1"]
    funds = await rows(database.admin_dsn, "select distinct fund from claims.outbox")
    assert [row["fund"] for row in funds] == ["fnm"]


async def test_a_withdrawn_plan_is_forgotten(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    await desk.publish_plan(version="wrong", effective_from="2026-10-01", filing_days=12)
    for version in ("wrong", "unknown"):
        await desk.deliver("rules.plan_withdrawn.v1", {"plan_id": "fnm", "version": version})
    assert [one["version"] for one in await rows(database.admin_dsn, "select version from claims.plan_version")] == [
        "1"
    ]
