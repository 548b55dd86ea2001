"""The migrations make the tables that the code describes, and lose nothing of an older database."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command

from kit.migrations import alembic_config
from kit.roles import role_statements
from kit.testing.databases import ServiceDatabase, execute, on_database

SERVICE = Path(__file__).parents[2]
ID = "01932e60-5b00-7000-8000-00000000000{}"
FIRST_RELEASE = (
    f"""insert into payouts.payee (fund, payee_kind, payee_id, name, name_version, iban, iban_version)
        values ('fnm', 'member', '{ID.format(1)}', 'Mario Rossi', 1, 'IT60X0542811101000000123456', 1)""",
    f"""insert into payouts.payout_run (run_id, fund, month, sequence, state, execution_on, cutoff_on,
          minimum_cents, prepared_by, prepared_at, approved_by, approved_at, posted_at, sent_at, paid_payees,
          paid_cents, announced_line, file_key, file_sha256, file_bytes)
        values ('{ID.format(2)}', 'fnm', '2026-10-01', 1, 'sent', '2026-10-30', '2026-10-27', 5001, 'paolo', now(),
          'anna', now(), now(), now(), 1, 9000, 1, 'payout-runs/one.xml', 'abc', 1234)""",
    f"""insert into payouts.payable values ('{ID.format(3)}', 'fnm', 'member', '{ID.format(1)}', 'claim',
          '{ID.format(4)}', '2026-000001', '3.6', 9000, '2026-10-20', now())""",
    f"""insert into payouts.payout (payout_id, fund, run_id, line, payee_kind, payee_id, name, iban, amount_cents,
          payables, execution_on, state)
        values ('{ID.format(5)}', 'fnm', '{ID.format(2)}', 1, 'member', '{ID.format(1)}', 'Mario Rossi',
          'IT60X0542811101000000123456', 9000, 1, '2026-10-30', 'sent')""",
    f"insert into payouts.payout_payable values ('{ID.format(5)}', '{ID.format(3)}', 'fnm', 0)",
    f"""with entry as (
          insert into payouts.ledger_transaction (fund, kind, source_id, booked_on, posted_at)
          values ('fnm', 'claim_settled', '{ID.format(4)}', '2026-10-20', now()) returning transaction_id
        )
        insert into payouts.posting
        select transaction_id, line, 'fnm', account, party, cents from entry, (values
          (1, 'expense:3', null::uuid, 9000), (2, 'payable:member', '{ID.format(1)}', -9000)
        ) side (line, account, party, cents)""",
)


async def test_migrations_and_tables_agree(database: ServiceDatabase) -> None:
    config = alembic_config(SERVICE, database.url)
    await asyncio.to_thread(command.check, config)


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    suffix = secrets.token_hex(6)
    name, role = f"mutua_test_{suffix}", f"mutua_role_{suffix}"
    execute(postgres_url, f'create database "{name}"')
    try:
        execute(on_database(postgres_url, name), *role_statements(role, "pw", "payouts", name))
        yield on_database(postgres_url, name, login=f"{role}:pw")
    finally:
        execute(postgres_url, f'drop database "{name}" with (force)', f'drop role "{role}"')


async def test_first_release_full_of_data_loses_nothing(empty_database: str) -> None:
    config = alembic_config(SERVICE, empty_database.replace("postgresql://", "postgresql+asyncpg://", 1))
    await asyncio.to_thread(command.upgrade, config, "0001")
    conn = await asyncpg.connect(empty_database)
    try:
        await conn.execute("select set_config('app.fund', 'fnm', false)")
        for statement in FIRST_RELEASE:
            await conn.execute(statement)
        await asyncio.to_thread(command.upgrade, config, "head")
        file = await conn.fetchrow("select number, file_key, sha256, size_bytes, amount_cents from payouts.payout_file")
        assert tuple(file) == (1, "payout-runs/one.xml", "abc", 1234, 9000)
        assert await conn.fetchval("select amount_cents from payouts.settlement") == 9000
        assert await conn.fetchval("select sum(amount_cents) from payouts.posting where party_id is not null") == -9000
        assert await conn.fetchval(
            "select count(*) from payouts.payout_payable join payouts.payable using (payable_id)"
        )
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="does not sum to zero"):
            await conn.execute(
                "insert into payouts.posting select transaction_id, 3, 'fnm', 'bank:account', null, 5"
                " from payouts.ledger_transaction"
            )
    finally:
        await conn.close()
