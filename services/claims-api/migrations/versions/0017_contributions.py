"""Whether a member's contributions are in order (7.2)."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    in_order = sa.Column("contributions_in_order", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    op.add_column("member", in_order, schema=SCHEMA)
    op.add_column("member_import_row", sa.Column("contributions_in_order", sa.Boolean()), schema=SCHEMA)


def downgrade() -> None:
    for table in ("member_import_row", "member"):
        op.drop_column(table, "contributions_in_order", schema=SCHEMA)
