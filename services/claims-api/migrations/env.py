"""Alembic's environment: only the schema of this service."""

from claims_api.adapters import (
    check_tables,
    desk_tables,
    document_tables,
    import_tables,
    office_tables,
    practice_tables,
)
from kit.migrations import run_env

READ = (check_tables, import_tables, desk_tables, practice_tables, document_tables, office_tables)
assert all(one.METADATA is desk_tables.METADATA for one in READ)  # noqa: S101 (all must be read)
run_env(desk_tables.METADATA, "claims")
