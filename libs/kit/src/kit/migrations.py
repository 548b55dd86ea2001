"""Alembic for one service: its own schema, its own history, row-level security by fund."""

import asyncio
import os
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.operations import Operations
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from kit.tables import KIT_TABLE_NAMES, kit_tables

# The setting is read once per statement, not once per row.
_FUND_POLICY = "fund = (select current_setting('app.fund', true)) or (select current_setting('app.fund', true)) = '*'"


def create_kit_tables(op: Operations, schema: str) -> None:
    """Create outbox, inbox, parked_event, idempotency_key and audit_entry, secured by fund."""
    metadata = MetaData(schema=schema)
    kit_tables(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)
    for table in KIT_TABLE_NAMES:
        enable_fund_rls(op, schema, table)
    append_only(op, schema, "audit_entry")


def enable_fund_rls(op: Operations, schema: str, table: str) -> None:
    """Let a transaction see and write only the rows of its own fund, the owner included."""
    op.execute(f'alter table "{schema}"."{table}" enable row level security')
    op.execute(f'alter table "{schema}"."{table}" force row level security')
    op.execute(f'create policy fund_only on "{schema}"."{table}" using ({_FUND_POLICY}) with check ({_FUND_POLICY})')


def append_only(op: Operations, schema: str, table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on a table whose rows are history."""
    op.execute(
        f'create or replace function "{schema}".refuse_change() returns trigger language plpgsql as '
        "$$ begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$"
    )
    op.execute(
        f'create trigger append_only before update or delete on "{schema}"."{table}" '
        f'for each row execute function "{schema}".refuse_change()'
    )
    op.execute(
        f'create trigger append_only_truncate before truncate on "{schema}"."{table}" '
        f'for each statement execute function "{schema}".refuse_change()'
    )


def run_env(metadata: MetaData, schema: str) -> None:
    """Run Alembic's environment: one transaction, a lock timeout, nothing outside the service's schema."""
    url = context.config.attributes.get("url") or os.environ["DATABASE_URL"]
    asyncio.run(_run(url, metadata, schema))


async def _run(url: str, metadata: MetaData, schema: str) -> None:
    # The role's search path names its schema, and Alembic compares tables of the default schema without its name:
    # it would find every table of the metadata missing.
    engine = create_async_engine(url, connect_args={"server_settings": {"search_path": "pg_catalog"}})
    try:
        async with engine.connect() as connection:
            await connection.execute(text("set lock_timeout = '4s'"))
            await connection.execute(text("select set_config('app.fund', '*', false)"))
            await connection.commit()
            await connection.run_sync(_migrate, metadata, schema)
            await connection.commit()
    finally:
        await engine.dispose()


def _migrate(connection: Connection, metadata: MetaData, schema: str) -> None:
    def include_name(name: str | None, kind: str, _parents: Any) -> bool:
        return name == schema if kind == "schema" else True

    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=schema,
        include_schemas=True,
        include_name=include_name,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def alembic_config(service_dir: Path, url: str | None = None) -> Config:
    """Return the Alembic configuration of a service, optionally against a given database."""
    config = Config(service_dir / "alembic.ini")
    config.set_main_option("script_location", str(service_dir / "migrations"))
    if url is not None:
        config.attributes["url"] = url
    return config


def upgrade(service_dir: Path, url: str | None = None) -> None:
    """Bring a service's schema to its newest version."""
    command.upgrade(alembic_config(service_dir, url), "head")
