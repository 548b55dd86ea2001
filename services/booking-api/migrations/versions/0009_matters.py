"""Matters between facilities and the fund, positions that follow one another, remittances."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.migrations import append_only, enable_fund_rls

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCHEMA = "bookings"
FACILITY = f"{SCHEMA}.facility.facility_id"


def _time(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    _matters()
    _remittances()
    for table in ("matter", "matter_step", "facility_succession", "remittance", "remittance_booking"):
        enable_fund_rls(op, SCHEMA, table)
    for table in ("matter_step", "facility_succession", "remittance", "remittance_booking"):
        append_only(op, SCHEMA, table)


def _matters() -> None:
    op.create_table(
        "matter",
        sa.Column("matter_id", sa.Uuid, primary_key=True),
        _text("fund"),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(FACILITY), nullable=False),
        _text("kind"),
        sa.Column("booking_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.booking.booking_id")),
        _text("state"),
        sa.Column("facts", JSONB, nullable=False),
        _time("opened_at"),
        _time("changed_at"),
        sa.CheckConstraint("kind in ('review', 'integration', 'company_name', 'tariff')", name="matter_kind"),
        sa.CheckConstraint("kind not in ('review', 'integration') or booking_id is not null", name="matter_booking"),
        schema=SCHEMA,
    )
    op.create_index(
        "matter_one_open_review",
        "matter",
        ["booking_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind = 'review' and state = 'open'"),
    )
    op.create_index("matter_of_facility", "matter", ["fund", "facility_id", "kind", "matter_id"], schema=SCHEMA)
    op.create_index("matter_of_fund", "matter", ["fund", "kind", "matter_id"], schema=SCHEMA)
    op.create_table(
        "matter_step",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _text("fund"),
        sa.Column("matter_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.matter.matter_id"), nullable=False),
        _time("at"),
        _text("by"),
        _text("actor"),
        _text("state"),
        _text("text"),
        sa.Column("facts", JSONB, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_bookings_matter_step_matter_id", "matter_step", ["matter_id"], schema=SCHEMA)
    op.create_table(
        "facility_succession",
        sa.Column("old_id", sa.Uuid, sa.ForeignKey(FACILITY), primary_key=True),
        sa.Column("new_id", sa.Uuid, sa.ForeignKey(FACILITY), nullable=False),
        _text("fund"),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.CheckConstraint("old_id <> new_id", name="facility_succession_other"),
        schema=SCHEMA,
    )
    op.create_index("facility_succession_new", "facility_succession", ["new_id"], schema=SCHEMA)


def _remittances() -> None:
    op.create_table(
        "remittance",
        sa.Column("payout_id", sa.Uuid, primary_key=True),
        _text("fund"),
        sa.Column("facility_id", sa.Uuid, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("execution_on", sa.Date, nullable=False),
        _text("iban_last4"),
        sa.CheckConstraint("amount_cents > 0", name="remittance_amount"),
        schema=SCHEMA,
    )
    op.create_index("remittance_of_facility", "remittance", ["fund", "facility_id", "payout_id"], schema=SCHEMA)
    op.create_table(
        "remittance_booking",
        sa.Column("payout_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.remittance.payout_id"), primary_key=True),
        sa.Column("booking_id", sa.Uuid, primary_key=True),
        _text("fund"),
        schema=SCHEMA,
    )
    op.create_index("remittance_booking_paid", "remittance_booking", ["booking_id"], schema=SCHEMA)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
