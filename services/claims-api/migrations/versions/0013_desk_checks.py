"""Escalation of what missed its due date, checks by sample (1.3)."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
BEFORE = "kind in ('review', 'confirmation', 'review_request')"
AFTER = "kind in ('review', 'confirmation', 'review_request', 'escalation', 'sample')"


def upgrade() -> None:
    op.add_column("work_item", sa.Column("escalated_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    _kinds(AFTER)
    op.create_index(
        "claim_waiting", "claim", ["received_on"], schema=SCHEMA, postgresql_where=sa.text("state = 'submitted'")
    )
    op.create_table(
        "sample_check",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("checked_by", sa.Text()),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("result in ('regular', 'irregular')", name="known_result"),
        sa.CheckConstraint("(result is null) = (checked_by is null)", name="result_has_person"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.PrimaryKeyConstraint("claim_id"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "sample_check")


def downgrade() -> None:
    op.drop_table("sample_check", schema=SCHEMA)
    op.drop_index("claim_waiting", "claim", schema=SCHEMA)
    op.execute("delete from claims.work_item where kind in ('escalation', 'sample')")
    _kinds(BEFORE)
    op.drop_column("work_item", "escalated_at", schema=SCHEMA)


def _kinds(condition: str) -> None:
    op.drop_constraint("known_work_kind", "work_item", schema=SCHEMA)
    op.create_check_constraint("known_work_kind", "work_item", condition, schema=SCHEMA)
