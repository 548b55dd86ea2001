"""Official exchange rates, one row a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import append_only, enable_fund_rls

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("units_per_eur", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fund", "on_day"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "exchange_rate")
    append_only(op, SCHEMA, "exchange_rate")
