from booking_api.adapters.tables import SCHEMA, metadata
from kit.migrations import run_env

run_env(metadata, SCHEMA)
