"""Facilities report defects of the portal and wrong data that were imported."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATEMENT = """
    alter table bookings.matter
      drop constraint matter_kind,
      add constraint matter_kind check (kind in ('review', 'integration', 'company_name', 'tariff', 'defect'))
"""


def upgrade() -> None:
    op.execute(STATEMENT)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
