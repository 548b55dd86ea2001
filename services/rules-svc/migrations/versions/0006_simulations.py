"""Simulations: what a draft of a plan would have decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.create_table(
        "simulation",
        sa.Column("simulation_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("population", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claims_done", sa.BigInteger(), nullable=False),
        sa.Column("claims_total", sa.BigInteger(), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="known_state"),
        sa.CheckConstraint("(state = 'done') = (result is not null)", name="done_has_a_result"),
        sa.CheckConstraint("(state = 'failed') = (fault is not null)", name="failed_has_a_fault"),
        sa.PrimaryKeyConstraint("simulation_id"),
        schema=SCHEMA,
    )
    op.create_index(
        "simulation_open",
        "simulation",
        ["requested_at"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    enable_fund_rls(op, SCHEMA, "simulation")
