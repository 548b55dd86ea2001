"""What the rules say of their limits ledger and grant facilities, beside what is settled."""

from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCHEMA = "payouts"
STATEMENTS = (
    # Set from now on: the day of an older decision is that of its receipt, an older booking has none here.
    "alter table payouts.decided_claim add column decided_on date",
    "alter table payouts.settlement add column decided_here boolean",
    """
    create table payouts.decided_booking (
      fund text not null, decided_by text not null, subject_id uuid not null, revision integer not null,
      payable_cents bigint not null, decided_on date not null, received_at timestamptz not null,
      primary key (fund, decided_by, subject_id, revision),
      constraint decided_booking_by check (decided_by in ('plan', 'review')),
      constraint decided_booking_amount check (payable_cents >= 0)
    )
    """,
    """
    create table payouts.ledger_reconciliation (
      fund text not null, month date not null, reconciled_at timestamptz not null, through_on date not null,
      totals jsonb not null, differing integer not null, differences jsonb not null, received_at timestamptz not null,
      primary key (fund, month, reconciled_at),
      constraint ledger_reconciliation_differing check (differing >= 0)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in ("decided_booking", "ledger_reconciliation"):
        enable_fund_rls(op, SCHEMA, table)
        append_only(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
