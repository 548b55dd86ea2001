from kit.migrations import run_env
from payout_svc.adapters.tables import SCHEMA, metadata

run_env(metadata, SCHEMA)
