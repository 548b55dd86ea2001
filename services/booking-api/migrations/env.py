from booking_api.adapters import (  # noqa: F401 (their tables)
    dispensing_tables,
    foreign_tables,
    manager_store,
    matter_tables,
    price_store,
    remittance_tables,
    webhook_tables,
)
from booking_api.adapters.tables import SCHEMA, metadata
from kit.migrations import run_env

run_env(metadata, SCHEMA)
