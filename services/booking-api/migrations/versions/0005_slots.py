"""Slots; a slot carries one standing booking."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def upgrade() -> None:
    op.create_table(
        "slot",
        sa.Column("slot_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("service_code", sa.Text, nullable=False),
        sa.Column("doctor", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("held_by", sa.Text),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("facility_id", "starts_at", "service_code", "doctor", name="slot_once"),
        sa.CheckConstraint("(held_by is null) = (held_until is null)", name="slot_hold"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "slot")
    op.add_column("booking", sa.Column("slot_id", sa.Uuid), schema=SCHEMA)
    op.create_foreign_key(
        "booking_slot_id_fkey",
        "booking",
        "slot",
        ["slot_id"],
        ["slot_id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    op.create_index(
        "booking_one_on_a_slot",
        "booking",
        ["slot_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text(
            "state in ('requested', 'referred', 'authorised', 'letter_sent', 'dispensed', 'closed')"
        ),
    )
    # The old booking leaves its slot before the new one, which it names, takes it.
    op.drop_constraint("booking_replaced_by_fkey", "booking", schema=SCHEMA)
    op.create_foreign_key(
        "booking_replaced_by_fkey",
        "booking",
        "booking",
        ["replaced_by"],
        ["booking_id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
        deferrable=True,
        initially="DEFERRED",
    )


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
