"""Alembic's environment: only the schema of this service."""

from claims_api.adapters.tables import METADATA, SCHEMA
from kit.migrations import run_env

run_env(METADATA, SCHEMA)
