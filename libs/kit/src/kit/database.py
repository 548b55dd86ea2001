"""The connection to a service's own schema."""

from typing import Any
from uuid import uuid4

import asyncpg
import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kit.settings import ServiceSettings


def _json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


class _FundConnection(asyncpg.Connection):
    """A connection that goes to the server once for BEGIN and for the fund of the transaction."""

    next_fund: str | None = None

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        if self.next_fund is not None and query.startswith("BEGIN"):
            fund, self.next_fund = self.next_fund.replace("'", "''"), None
            query = f"{query} select set_config('app.fund', '{fund}', true)"
        return await super().execute(query, *args, **options)


def _unique_name() -> str:
    return f"mutua_{uuid4().hex}"


# PgBouncer gives the next transaction another server, which does not know the statements of this one.
_POOLED = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": _unique_name,
}


class Database:
    """One engine per process with at most `pool_size` connections, on the login role that reaches only its own schema.

    `direct_url` is set where `url` leads to PgBouncer in transaction mode: it leads to the server itself, for what
    needs a session of its own.
    """

    def __init__(self, url: str, *, pool_size: int = 16, direct_url: str | None = None) -> None:
        self.url = url
        self._direct_url = direct_url or url
        self.engine: AsyncEngine = create_async_engine(
            url,
            # All are kept: one that is opened for a moment costs 20 to 30 ms of CPU (password, types), its request 5.
            pool_size=pool_size,
            max_overflow=0,
            json_serializer=_json_text,
            json_deserializer=orjson.loads,
            connect_args={"connection_class": _FundConnection} | (_POOLED if direct_url else {}),
        )

    @classmethod
    def of(cls, settings: ServiceSettings) -> "Database":
        """Open the database of a service."""
        direct = settings.database_direct_url
        return cls(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            direct_url=direct.get_secret_value() if direct else None,
        )

    async def direct_connection(self) -> asyncpg.Connection:
        """Open a connection of its own for LISTEN and session locks, outside the pool."""
        url = make_url(self._direct_url).set(drivername="postgresql")
        return await asyncpg.connect(url.render_as_string(hide_password=False))

    async def dispose(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


async def begin_for(conn: AsyncConnection, fund: str) -> None:
    """Let the next transaction of the connection see the rows of one fund."""
    driver = (await conn.get_raw_connection()).driver_connection
    if not isinstance(driver, _FundConnection):
        raise TypeError("the engine is not one of kit.database")
    driver.next_fund = fund
