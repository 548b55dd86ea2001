"""Alembic's environment: only the schema of this service."""

from kit.migrations import run_env
from notify_svc.adapters.tables import SCHEMA, metadata

run_env(metadata, SCHEMA)
