"""Bookings that come from another system."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.migrations import append_only, enable_fund_rls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.create_table(
        "foreign_booking",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("foreign_id", sa.Text, primary_key=True),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("facility_code", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("service_code", sa.Text, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("dispensed_on", sa.Date),
        sa.Column("invoice_number", sa.Text),
        sa.Column("fund_share_cents", sa.BigInteger, nullable=False),
        sa.Column("member_share_cents", sa.BigInteger, nullable=False),
        sa.Column("paid", sa.Boolean, nullable=False),
        sa.Column("dental", sa.Boolean, nullable=False),
        sa.Column("teeth", JSONB, nullable=False),
        sa.Column("imported", sa.Boolean, nullable=False),
        sa.CheckConstraint("fund_share_cents >= 0 and member_share_cents >= 0", name="foreign_booking_shares"),
        schema=SCHEMA,
    )
    op.create_index("foreign_booking_of_person", "foreign_booking", ["fund", "person_id"], schema=SCHEMA)
    columns = ["fund", "facility_id", "foreign_id"]
    op.create_index("foreign_booking_of_facility", "foreign_booking", columns, schema=SCHEMA)
    op.create_table(
        "booking_import",
        sa.Column("import_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    for table in ("foreign_booking", "booking_import"):
        enable_fund_rls(op, SCHEMA, table)
    append_only(op, SCHEMA, "booking_import")


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
