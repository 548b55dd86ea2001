"""Reports on imports of the network."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.migrations import append_only, enable_fund_rls

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.create_table(
        "network_import",
        sa.Column("import_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("fault_count", sa.Integer, nullable=False),
        sa.Column("faults", JSONB, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.CheckConstraint("state in ('checked', 'applied', 'rejected')", name="network_import_state"),
        sa.CheckConstraint(
            "state <> 'applied' or (fault_count = 0 and not dry_run)", name="network_import_applied_whole"
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "network_import_once",
        "network_import",
        ["fund", "sha256"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'applied'"),
    )
    enable_fund_rls(op, SCHEMA, "network_import")
    append_only(op, SCHEMA, "network_import")


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
