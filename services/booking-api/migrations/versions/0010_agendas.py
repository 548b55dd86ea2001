"""Agendas: recurring openings from which slots are made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.migrations import enable_fund_rls

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.create_table(
        "agenda",
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("openings", JSONB, nullable=False),
        sa.Column("closures", JSONB, nullable=False),
        sa.Column("open_on_holidays", sa.Boolean, nullable=False),
        sa.Column("published_until", sa.Date, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("agenda_behind", "agenda", ["fund", "published_until"], schema=SCHEMA)
    enable_fund_rls(op, SCHEMA, "agenda")


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
