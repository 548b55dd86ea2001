import asyncio

import asyncpg
import pytest
from kit_shop import INSERT_SALE, NOW, SCHEMA, SaleMade, ShopTransaction, count
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.context import Context
from kit.database import Database
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


async def test_the_audit_takes_an_id_as_the_driver_reads_it(uow: UnitOfWork[ShopTransaction]) -> None:
    async with uow.begin(context()) as tx:
        read = (await tx.conn.execute(text("select gen_random_uuid()"))).scalar_one()
        tx.audit("sale_made", entity="sale", entity_id="a", replaces=read)
    async with uow.begin(context()) as tx:
        kept = await tx.conn.execute(text(f"select details ->> 'replaces' from {SCHEMA}.audit_entry"))
        assert kept.scalar_one() == str(read)


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


async def test_a_name_of_a_fund_is_never_part_of_the_statement(uow: UnitOfWork[ShopTransaction]) -> None:
    fund = "fnm', true); drop table shop.sale; select set_config('app.fund', '*"
    async with uow.begin(context(fund)) as tx:
        seen = await tx.conn.execute(text("select current_setting('app.fund'), to_regclass('shop.sale') is not null"))
    assert tuple(seen.one()) == (fund, True)


async def test_behind_a_pooler_no_statement_counts_on_the_session_before(shop_database: ServiceDatabase) -> None:
    database = Database(shop_database.url, pool_size=1, direct_url=shop_database.url)
    names: set[str] = set()
    async with asyncio.timeout(20):
        for number in range(3):
            async with UnitOfWork(database, ShopTransaction).begin(context()) as tx:
                await tx.conn.execute(INSERT_SALE, {"id": str(number), "fund": "fnm", "n": 1})
                prepared = await tx.conn.execute(text("select name from pg_prepared_statements"))
                names.update(prepared.scalars())
                # What PgBouncer does in effect: another server, which knows nothing of what was prepared.
                await tx.conn.exec_driver_sql("deallocate all")
    await database.dispose()
    assert len(names) >= 3
    assert all(name.startswith("mutua_") for name in names)
    assert await count(shop_database.admin_dsn, "sale") == 3


async def test_a_connection_that_a_rush_needed_is_kept_for_the_next_one(shop_database: ServiceDatabase) -> None:
    database = Database(shop_database.url, pool_size=4)
    opened = UnitOfWork(database, ShopTransaction)
    together = asyncio.Barrier(4)

    async def backend() -> int:
        async with opened.begin(context()) as tx:
            await together.wait()
            return int((await tx.conn.execute(text("select pg_backend_pid()"))).scalar_one())

    rushes = [set(await asyncio.gather(*(backend() for _ in range(4)))) for _ in range(2)]
    await opened.close()
    assert rushes[0] == rushes[1]
