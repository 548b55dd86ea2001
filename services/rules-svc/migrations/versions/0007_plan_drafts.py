"""Drafts of plan versions, and the text of a published version as its author wrote it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.add_column("plan_version", sa.Column("source_text", sa.Text(), nullable=True), schema=SCHEMA)
    op.create_table(
        "plan_draft",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("scenarios", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="known_state"),
        sa.PrimaryKeyConstraint("fund", "plan_id", "version"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "plan_draft")
