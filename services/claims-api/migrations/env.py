"""Alembic's environment: only the schema of this service."""

from claims_api.adapters import desk_tables, import_tables
from kit.migrations import run_env

assert import_tables.METADATA is desk_tables.METADATA  # noqa: S101 (both must be read)
run_env(desk_tables.METADATA, "claims")
