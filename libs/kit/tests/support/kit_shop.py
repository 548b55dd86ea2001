"""A tiny service with one table of its own, enough to exercise the kit on a real database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import asyncpg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, text

from kit.database import Database
from kit.migrations import create_kit_tables, enable_fund_rls
from kit.tables import kit_tables
from kit.transaction import Transaction

SCHEMA = "shop"
METADATA = MetaData(schema=SCHEMA)
KIT = kit_tables(METADATA)
SALE = Table("sale", METADATA, Column("id", Text, primary_key=True), Column("fund", Text), Column("n", BigInteger))
Index("sale_fund", SALE.c.fund)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SaleMade:
    TYPE: ClassVar[str] = "shop.sale_made.v1"
    sale_id: str
    n: int

    @property
    def subject(self) -> str:
        return self.sale_id


class ShopTransaction(Transaction):
    tables = KIT
    source = "shop"


def _create(connection: Connection) -> None:
    op = Operations(MigrationContext.configure(connection))
    create_kit_tables(op, SCHEMA)
    SALE.create(connection)
    enable_fund_rls(op, SCHEMA, "sale")


async def migrate(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as conn:
        await conn.run_sync(_create)
    await database.dispose()


async def count(dsn: str, table: str) -> int:
    conn = await asyncpg.connect(dsn)
    try:
        return int(await conn.fetchval(f"select count(*) from {SCHEMA}.{table}"))
    finally:
        await conn.close()


INSERT_SALE = text(f"insert into {SCHEMA}.sale (id, fund, n) values (:id, :fund, :n)")
