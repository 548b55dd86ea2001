"""Bookings that replace others, and the papers that an operator has checked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
STATES = (
    "'requested', 'referred', 'authorised', 'not_authorised', 'letter_sent', "
    "'dispensed', 'closed', 'cancelled', 'expired', 'replaced'"
)


def upgrade() -> None:
    op.add_column(
        "booking",
        sa.Column("checked_documents", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        schema=SCHEMA,
    )
    for name in ("replaces", "replaced_by"):
        op.add_column("booking", sa.Column(name, sa.Uuid), schema=SCHEMA)
        op.create_foreign_key(
            f"booking_{name}_fkey",
            "booking",
            "booking",
            [name],
            ["booking_id"],
            source_schema=SCHEMA,
            referent_schema=SCHEMA,
        )
    op.create_unique_constraint("booking_one_successor", "booking", ["replaces"], schema=SCHEMA)
    op.drop_constraint("booking_state", "booking", schema=SCHEMA)
    op.create_check_constraint("booking_state", "booking", f"state in ({STATES})", schema=SCHEMA)
    op.create_check_constraint(
        "booking_replaced_by", "booking", "(state = 'replaced') = (replaced_by is not null)", schema=SCHEMA
    )


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
