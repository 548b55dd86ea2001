"""Each service's login on the running database reaches its own schema and nothing else; rows carry their fund."""

import asyncpg
import pytest

from mutua_local.settings import DATABASE

pytestmark = pytest.mark.e2e
TABLES = {
    "claims": "member",
    "bookings": "booking",
    "rules": "decision",
    "payouts": "payable",
    "notify": "message",
    "identity": "login_user",
    "bus": "message",
}


async def connect(system, schema: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        host="127.0.0.1",
        port=int(system.environment["MUTUA_POSTGRES_PORT"]),
        user=f"mutua_{schema}",
        password=system.secret(f"{schema.upper()}_DATABASE_PASSWORD"),
        database=DATABASE,
    )


@pytest.mark.parametrize("schema", list(TABLES))
async def test_a_login_is_refused_outside_its_schema(system, schema):
    conn = await connect(system, schema)
    try:
        for neighbour, table in TABLES.items():
            if neighbour != schema:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await conn.execute(f"select * from {neighbour}.{table}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("create table public.mine (a int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("create role other")
    finally:
        await conn.close()


@pytest.mark.parametrize("schema", ["claims", "bookings", "rules", "payouts", "notify"])
async def test_every_table_is_locked_to_its_fund(system, schema):
    query = """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'
          and not (c.relrowsecurity and c.relforcerowsecurity)
    """
    conn = await connect(system, schema)
    try:
        assert [row[0] for row in await conn.fetch(query, schema)] == []
        seen = {}
        for fund in ("", "*", "fnm", "another-fund"):
            await conn.execute("select set_config('app.fund', $1, false)", fund)
            seen[fund] = await conn.fetchval("select count(*) from inbox")
    finally:
        await conn.close()
    assert seen["*"] == seen["fnm"] > 0
    assert seen[""] == seen["another-fund"] == 0
