"""The VAT number of a facility, by which an invoice that is claimed twice is found."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.add_column("facility", sa.Column("vat_number", sa.Text), schema=SCHEMA)
    op.create_check_constraint("facility_vat_number", "facility", "vat_number ~ '^[0-9]{11}$'", schema=SCHEMA)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
