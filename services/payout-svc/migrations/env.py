from kit.migrations import run_env
from payout_svc.adapters import bank_tables, fact_tables, payee_tables, tax_tables
from payout_svc.adapters.tables import SCHEMA

# The modules fill one metadata; all must be imported before it is compared.
METADATA, *_ = (bank_tables.metadata, fact_tables.metadata, payee_tables.metadata, tax_tables.metadata)
run_env(METADATA, SCHEMA)
