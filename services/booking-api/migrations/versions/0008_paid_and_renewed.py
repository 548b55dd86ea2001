"""Bookings that are paid, and bookings that renew another one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
GIVEN = "'dispensed', 'suspended', 'closed', 'settled'"
AUTHORISED = f"'authorised', 'letter_sent', {GIVEN}"
STATES = f"'requested', 'referred', 'not_authorised', 'cancelled', 'expired', 'replaced', {AUTHORISED}"
CHECKS = {
    "booking_state": f"state in ({STATES})",
    "booking_authorised_has_code": f"state not in ({AUTHORISED}) or (code is not null "
    "and fund_share_cents is not null and member_share_cents is not null)",
    "booking_letter_before_dispensing": f"state not in ('letter_sent', {GIVEN}) "
    "or (letter_key is not null and letter_sha256 is not null)",
    "booking_dispensed_on": f"state not in ({GIVEN}) or dispensed_on is not null",
    "booking_closed_decided": "state not in ('closed', 'settled') "
    "or (revision = decided_revision and closed_on is not null)",
}


def upgrade() -> None:
    op.add_column("booking", sa.Column("renews", sa.Uuid), schema=SCHEMA)
    op.add_column("booking", sa.Column("paid_on", sa.Date), schema=SCHEMA)
    op.create_foreign_key(
        "booking_renews_fkey",
        "booking",
        "booking",
        ["renews"],
        ["booking_id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    for name, check in CHECKS.items():
        op.drop_constraint(name, "booking", schema=SCHEMA)
        op.create_check_constraint(name, "booking", check, schema=SCHEMA)
    paid = "(state = 'settled') = (paid_on is not null)"
    op.create_check_constraint("booking_settled_when_paid", "booking", paid, schema=SCHEMA)
    op.drop_index("booking_one_on_a_slot", "booking", schema=SCHEMA)
    op.create_index(
        "booking_one_on_a_slot",
        "booking",
        ["slot_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text(f"state in ('requested', 'referred', {AUTHORISED})"),
    )


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
