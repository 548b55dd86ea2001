"""The limits ledger is compared with the decisions at a month's end, and when somebody asks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.create_table(
        "ledger_reconciliation",
        sa.Column("reconciliation_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("extract(day from month) = 1", name="a_month"),
        sa.CheckConstraint("(reconciled_at is null) = (result is null)", name="reconciled_has_a_result"),
        sa.CheckConstraint("(reconciled_at is null) = (through_on is null)", name="reconciled_has_a_span"),
        sa.PrimaryKeyConstraint("reconciliation_id"),
        schema=SCHEMA,
    )
    op.create_index(
        "one_open_reconciliation_a_month",
        "ledger_reconciliation",
        ["fund", "month"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("reconciled_at is null"),
    )
    enable_fund_rls(op, SCHEMA, "ledger_reconciliation")
