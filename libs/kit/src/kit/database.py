"""The connection to a service's own schema."""

from typing import Any

import asyncpg
import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def _json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


class Database:
    """One engine per process, on the login role that reaches only its own schema."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            json_serializer=_json_text,
            json_deserializer=orjson.loads,
        )

    async def direct_connection(self) -> asyncpg.Connection:
        """Open a connection of its own for LISTEN and session locks, outside the pool."""
        url = make_url(self.url).set(drivername="postgresql")
        return await asyncpg.connect(url.render_as_string(hide_password=False))

    async def dispose(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()
