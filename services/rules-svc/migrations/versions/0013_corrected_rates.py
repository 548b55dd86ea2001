"""A day's exchange rates may be corrected: by a further row, never in place."""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"


def upgrade() -> None:
    op.add_column(
        "exchange_rate", sa.Column("revision", sa.Integer(), server_default="1", nullable=False), schema=SCHEMA
    )
    op.drop_constraint("exchange_rate_pkey", "exchange_rate", schema=SCHEMA)
    op.create_primary_key("exchange_rate_pkey", "exchange_rate", ["fund", "on_day", "revision"], schema=SCHEMA)
    op.create_check_constraint("revision_positive", "exchange_rate", "revision > 0", schema=SCHEMA)
