from kit.migrations import run_env
from payout_svc.adapters import bank_tables
from payout_svc.adapters.tables import SCHEMA

run_env(bank_tables.metadata, SCHEMA)
