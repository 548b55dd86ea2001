"""Claims that their members took back, so that they are not decided whatever the order in which the events come."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import append_only, enable_fund_rls

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.create_table(
        "withdrawn_claim",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("claim_id"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "withdrawn_claim")
    append_only(op, SCHEMA, "withdrawn_claim")
