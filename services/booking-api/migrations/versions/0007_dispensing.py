"""Items of bookings, dispensing in part, suspensions, invoices with versions, papers of facilities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.migrations import append_only, enable_fund_rls

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
AUTHORISED = "'authorised', 'letter_sent', 'dispensed', 'suspended', 'closed'"
STATES = f"'requested', 'referred', 'not_authorised', 'cancelled', 'expired', 'replaced', {AUTHORISED}"
CHECKS = {
    "booking_state": f"state in ({STATES})",
    "booking_authorised_has_code": f"state not in ({AUTHORISED}) or (code is not null "
    "and fund_share_cents is not null and member_share_cents is not null)",
    "booking_letter_before_dispensing": "state not in ('letter_sent', 'dispensed', 'suspended', 'closed') "
    "or (letter_key is not null and letter_sha256 is not null)",
    "booking_dispensed_on": "state not in ('dispensed', 'suspended', 'closed') or dispensed_on is not null",
}


def _time(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False, server_default=sa.text("'[]'::jsonb"))


def upgrade() -> None:
    _bookings()
    _invoices()
    _papers()


def _bookings() -> None:
    for name in ("items", "dispensed_items", "differences"):
        op.add_column("booking", _json(name), schema=SCHEMA)
    for name in ("revision", "decided_revision"):
        column = sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("1"))
        op.add_column("booking", column, schema=SCHEMA)
    op.add_column("booking", _time("arrived_at"), schema=SCHEMA)
    op.add_column("booking", sa.Column("variation_of", sa.Uuid), schema=SCHEMA)
    op.create_foreign_key(
        "booking_variation_of_fkey",
        "booking",
        "booking",
        ["variation_of"],
        ["booking_id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    for name, check in CHECKS.items():
        op.drop_constraint(name, "booking", schema=SCHEMA)
        op.create_check_constraint(name, "booking", check, schema=SCHEMA)
    closed = "state <> 'closed' or (revision = decided_revision and closed_on is not null)"
    op.create_check_constraint("booking_closed_decided", "booking", closed, schema=SCHEMA)
    suspended = "(state = 'suspended') <= (differences <> '[]')"
    op.create_check_constraint("booking_suspended_because", "booking", suspended, schema=SCHEMA)
    op.drop_index("booking_one_on_a_slot", "booking", schema=SCHEMA)
    op.create_index(
        "booking_one_on_a_slot",
        "booking",
        ["slot_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text(f"state in ('requested', 'referred', {AUTHORISED})"),
    )


def _invoices() -> None:
    op.create_table(
        "facility_invoice",
        sa.Column("invoice_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_key", sa.Text, nullable=False),
        sa.Column("invoice_date", sa.Date, nullable=False),
        sa.Column("invoice_year", sa.Integer, nullable=False),
        _time("received_at", nullable=False),
        _time("withdrawn_at"),
        sa.CheckConstraint("invoice_year = extract(year from invoice_date)", name="facility_invoice_year"),
        schema=SCHEMA,
    )
    op.create_index(
        "facility_invoice_number",
        "facility_invoice",
        ["facility_id", "invoice_year", "number_key"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.create_table(
        "invoiced_booking",
        sa.Column("part_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("invoice_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility_invoice.invoice_id"), nullable=False),
        sa.Column("booking_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.booking.booking_id"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("fund_share_cents", sa.BigInteger),
        sa.Column("lines", JSONB, nullable=False),
        _time("received_at", nullable=False),
        _time("superseded_at"),
        sa.CheckConstraint("amount_cents > 0", name="invoiced_booking_amount"),
        sa.CheckConstraint("fund_share_cents >= 0", name="invoiced_booking_share"),
        schema=SCHEMA,
    )
    op.create_index(
        "invoiced_booking_current",
        "invoiced_booking",
        ["booking_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("superseded_at is null"),
    )
    op.create_index("invoiced_booking_of_invoice", "invoiced_booking", ["invoice_id"], schema=SCHEMA)
    for table in ("facility_invoice", "invoiced_booking"):
        enable_fund_rls(op, SCHEMA, table)
    # Every invoice was about one booking: the booking's id serves as the invoice's.
    op.execute(
        "insert into bookings.facility_invoice select booking_id, fund, facility_id, number, number_key, "
        "invoice_date, invoice_year, received_at, null from bookings.provider_invoice"
    )
    op.execute(
        "insert into bookings.invoiced_booking select booking_id, fund, booking_id, booking_id, amount_cents, null, "
        "'[]', received_at, null from bookings.provider_invoice"
    )
    op.drop_table("provider_invoice", schema=SCHEMA)


def _papers() -> None:
    op.create_table(
        "booking_paper",
        sa.Column("paper_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("booking_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.booking.booking_id"), nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("storage_key", sa.Text, nullable=False),
        _time("uploaded_at", nullable=False),
        sa.Column("uploaded_by", sa.Text, nullable=False),
        sa.CheckConstraint("size_bytes > 0", name="booking_paper_size"),
        schema=SCHEMA,
    )
    op.create_index("booking_paper_of_booking", "booking_paper", ["booking_id", "paper_id"], schema=SCHEMA)
    enable_fund_rls(op, SCHEMA, "booking_paper")
    append_only(op, SCHEMA, "booking_paper")


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
