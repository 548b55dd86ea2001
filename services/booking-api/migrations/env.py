from booking_api.adapters import dispensing_tables, foreign_tables, manager_store, matter_tables, webhook_tables  # noqa: F401 (their tables)
from booking_api.adapters.tables import SCHEMA, metadata
from kit.migrations import run_env

run_env(metadata, SCHEMA)
