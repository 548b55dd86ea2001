"""The places of one company share its VAT number."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("facility_one_vat_number", "facility", schema="bookings")


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
