"""What a review grants a facility beyond the closed booking."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SOURCES = "('claim', 'booking', 'instalment', 'claim_correction', 'booking_correction')"
KINDS = (
    "'claim_settled', 'booking_closed', 'instalment_due', 'claim_corrected', 'booking_corrected', 'payout_executed',"
    " 'payout_settled', 'payout_returned', 'settlement_returned'"
)
STATEMENTS = (
    f"""
    alter table payouts.payable
      drop constraint payable_source_kind, add constraint payable_source_kind check (source_kind in {SOURCES}),
      drop constraint payable_claim,
      add constraint payable_claim
        check (source_kind in ('claim', 'booking', 'booking_correction') or claim_id is not null)
    """,
    f"""
    alter table payouts.settlement
      drop constraint settlement_source_kind,
      add constraint settlement_source_kind check (source_kind in {SOURCES})
    """,
    f"""
    alter table payouts.ledger_transaction
      drop constraint ledger_transaction_kind, add constraint ledger_transaction_kind check (kind in ({KINDS}))
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
