import asyncpg
import pytest
from kit_shop import INSERT_SALE, NOW, SCHEMA, SaleMade, ShopTransaction, count
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.context import Context
from kit.testing.databases import ServiceDatabase
from kit.transaction import UnitOfWork


def context(fund: str = "fnm") -> Context:
    return Context(fund=fund, actor="member:mario", now=NOW, request_id="r-1")


async def test_state_event_and_audit_commit_together(
    uow: UnitOfWork[ShopTransaction], shop_database: ServiceDatabase
) -> None:
    async with uow.begin(context()) as tx:
        await tx.conn.execute(INSERT_SALE, {"id": "a", "fund": "fnm", "n": 1})
        tx.publish(SaleMade("a", 1))
        tx.audit("sale_made", entity="sale", entity_id="a", amount_cents=1)
    assert [await count(shop_database.admin_dsn, name) for name in ("sale", "outbox", "audit_entry")] == [1, 1, 1]


async def test_a_failure_leaves_nothing(uow: UnitOfWork[ShopTransaction], shop_database: ServiceDatabase) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        async with uow.begin(context()) as tx:
            await tx.conn.execute(INSERT_SALE, {"id": "a", "fund": "fnm", "n": 1})
            tx.publish(SaleMade("a", 1))
            raise RuntimeError("stop")
    assert [await count(shop_database.admin_dsn, name) for name in ("sale", "outbox")] == [0, 0]


async def test_a_fund_neither_sees_nor_writes_the_rows_of_another(uow: UnitOfWork[ShopTransaction]) -> None:
    async with uow.begin(context("fnm")) as tx:
        await tx.conn.execute(INSERT_SALE, {"id": "a", "fund": "fnm", "n": 1})
    async with uow.begin(context("onaosi")) as tx:
        assert (await tx.conn.execute(text(f"select count(*) from {SCHEMA}.sale"))).scalar() == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with uow.begin(context("onaosi")) as tx:
            await tx.conn.execute(INSERT_SALE, {"id": "b", "fund": "fnm", "n": 1})


async def test_the_audit_cannot_be_changed(uow: UnitOfWork[ShopTransaction]) -> None:
    async with uow.begin(context()) as tx:
        tx.audit("sale_made", entity="sale", entity_id="a")
    for change in ("delete from", "truncate"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with uow.begin(context()) as tx:
                await tx.conn.execute(text(f"{change} {SCHEMA}.audit_entry"))


async def test_a_role_reaches_its_own_schema_only(shop_database: ServiceDatabase, bus_dsn: str) -> None:
    admin = await asyncpg.connect(shop_database.admin_dsn)
    await admin.execute("create table bus.secret (a int)")
    await admin.close()
    conn = await asyncpg.connect(shop_database.dsn)
    try:
        for statement in ("select * from bus.secret", "create table public.x (a int)", "create table bus.x (a int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(statement)
    finally:
        await conn.close()
