"""Alembic's environment: only the schema of this service."""

from kit.migrations import run_env
from rules_svc.adapters.tables import METADATA, SCHEMA

run_env(METADATA, SCHEMA)
