"""A database with the schema of the tiny service, and the bus's own login beside it."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from kit_shop import NOW, SCHEMA, ShopTransaction, migrate

from kit.clock import FixedClock
from kit.database import Database
from kit.roles import role_statements
from kit.testing.apart import run_apart
from kit.testing.databases import ServiceDatabase, drop_later, execute, on_database
from kit.transaction import UnitOfWork


@pytest.fixture
def shop_database(postgres_url: str) -> Iterator[ServiceDatabase]:
    suffix = secrets.token_hex(5)
    name, role, bus_role = f"mutua_kit_{suffix}", f"mutua_shop_{suffix}", f"mutua_bus_{suffix}"
    execute(postgres_url, f'create database "{name}"')
    admin = on_database(postgres_url, name)
    try:
        execute(admin, *role_statements(role, "pw", SCHEMA, name), *role_statements(bus_role, "pw", "bus", name))
        dsn = on_database(postgres_url, name, login=f"{role}:pw")
        url = dsn.replace("postgresql://", "postgresql+asyncpg://")
        run_apart(migrate(url))
        yield ServiceDatabase(url=url, dsn=dsn, admin_dsn=admin)
    finally:
        roles = (f'drop role "{one}"' for one in (role, bus_role))
        drop_later(postgres_url, f'drop database "{name}" with (force)', *roles)


@pytest.fixture
def bus_dsn(shop_database: ServiceDatabase) -> str:
    """The bus's own login on the same server."""
    role = shop_database.dsn.split("//")[1].split(":")[0].replace("mutua_shop", "mutua_bus")
    return on_database(shop_database.admin_dsn, shop_database.dsn.rsplit("/", 1)[1], login=f"{role}:pw")


@pytest.fixture
async def uow(shop_database: ServiceDatabase) -> AsyncIterator[UnitOfWork[ShopTransaction]]:
    database = Database(shop_database.url, pool_size=20)
    opened = UnitOfWork(database, ShopTransaction)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)
