"""The migrations make the tables that the code describes."""

import asyncio
from pathlib import Path

from alembic import command

from kit.migrations import alembic_config
from kit.testing.databases import ServiceDatabase


async def test_migrations_and_tables_agree(database: ServiceDatabase) -> None:
    config = alembic_config(Path(__file__).parents[2], database.url)
    await asyncio.to_thread(command.check, config)
