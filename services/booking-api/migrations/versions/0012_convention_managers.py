"""Who is responsible for each facility's convention, and remittances by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from kit.migrations import enable_fund_rls

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.create_table(
        "convention_manager",
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("since", sa.Date),
        sa.Column("faults", ARRAY(sa.Text), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(email is null) = (name is null)", name="convention_manager_whole"),
        sa.CheckConstraint("email is not null or cardinality(faults) > 0", name="convention_manager_missing_says_why"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "convention_manager")
    # The ids of payouts do not sort by time: the newest remittance is the one of the latest day.
    op.drop_index("remittance_of_facility", "remittance", schema=SCHEMA)
    columns = ["fund", "facility_id", "execution_on", "payout_id"]
    op.create_index("remittance_of_facility", "remittance", columns, schema=SCHEMA)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
