"""Alembic's environment: only the schema of this service."""

from claims_api.adapters import desk_tables
from kit.migrations import run_env

run_env(desk_tables.METADATA, "claims")
