"""Facilities, the projections of members and plans, bookings with history and invoices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.migrations import append_only, create_kit_tables, enable_fund_rls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "bookings"
STATES = (
    "'requested', 'referred', 'authorised', 'not_authorised', 'letter_sent', "
    "'dispensed', 'closed', 'cancelled', 'expired'"
)


def upgrade() -> None:
    create_kit_tables(op, SCHEMA)
    _network()
    _projections()
    _booking()
    _history_and_invoices()
    for table in (
        "facility",
        "agreed_service",
        "member",
        "person",
        "plan_version",
        "booking",
        "booking_history",
        "provider_invoice",
    ):
        enable_fund_rls(op, SCHEMA, table)
    append_only(op, SCHEMA, "booking_history")
    append_only(op, SCHEMA, "provider_invoice")


def _network() -> None:
    op.create_table(
        "facility",
        sa.Column("facility_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("street", sa.Text, nullable=False),
        sa.Column("postal_code", sa.Text),
        sa.Column("town", sa.Text, nullable=False),
        sa.Column("province", sa.Text),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("phone", sa.Text),
        sa.Column("iban", sa.Text, nullable=False),
        sa.Column("badge", sa.Text, nullable=False),
        sa.Column("doctors", JSONB, nullable=False),
        sa.UniqueConstraint("fund", "code", name="facility_code"),
        sa.CheckConstraint("badge in ('green', 'yellow')", name="facility_badge"),
        schema=SCHEMA,
    )
    op.create_index("facility_by_name", "facility", ["fund", "name", "facility_id"], schema=SCHEMA)
    op.create_table(
        "agreed_service",
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), primary_key=True),
        sa.Column("service_code", sa.Text, primary_key=True),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("valid_to", sa.Date),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("price_cents", sa.BigInteger, nullable=False),
        sa.CheckConstraint("price_cents > 0", name="agreed_service_price"),
        sa.CheckConstraint("valid_to > valid_from", name="agreed_service_period"),
        schema=SCHEMA,
    )
    op.create_index("agreed_service_by_service", "agreed_service", ["fund", "service_code"], schema=SCHEMA)


def _projections() -> None:
    op.create_table(
        "member",
        sa.Column("member_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("enrolled_on", sa.Date, nullable=False),
        sa.Column("hired_on", sa.Date),
        sa.Column("left_on", sa.Date),
        sa.Column("birth_date", sa.Date, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("member_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.member.member_id"), nullable=False),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Date, nullable=False),
        sa.Column("disabled_104", sa.Boolean, nullable=False),
        sa.Column("fiscally_dependent", sa.Boolean),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        schema=SCHEMA,
    )
    op.create_index("ix_bookings_person_member_id", "person", ["member_id"], schema=SCHEMA)
    op.create_table(
        "plan_version",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("effective_to", sa.Date),
        sa.Column("notice_days", JSONB, nullable=False),
        sa.Column("modes", JSONB, nullable=False),
        schema=SCHEMA,
    )


def _booking() -> None:
    op.create_table("booking", *_asked_columns(), *_decided_columns(), *_booking_constraints(), schema=SCHEMA)
    op.create_index("booking_of_member", "booking", ["fund", "member_id", "booking_id"], schema=SCHEMA)
    op.create_index("booking_of_facility", "booking", ["fund", "facility_id", "booking_id"], schema=SCHEMA)
    op.create_index("booking_of_fund", "booking", ["fund", "booking_id"], schema=SCHEMA)
    op.create_index(
        "booking_letter_due",
        "booking",
        ["fund", "letter_due_on"],
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'authorised'"),
    )
    op.create_index(
        "booking_open",
        "booking",
        ["fund", "expires_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("state in ('requested', 'referred', 'authorised', 'letter_sent')"),
    )


def _asked_columns() -> list[sa.Column]:
    return [
        sa.Column("booking_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("facility_name", sa.Text, nullable=False),
        sa.Column("facility_address", sa.Text, nullable=False),
        sa.Column("service_code", sa.Text, nullable=False),
        sa.Column("service_title_it", sa.Text, nullable=False),
        sa.Column("service_title_en", sa.Text, nullable=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("doctor", sa.Text),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("prescription_document_id", sa.Uuid),
        sa.Column("already_agreed", sa.Boolean, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_cents", sa.BigInteger, nullable=False),
        sa.Column("notice_days", sa.Integer, nullable=False),
        sa.Column("in_time", sa.Boolean, nullable=False),
        sa.Column("last_day_in_time", sa.Date, nullable=False),
        sa.Column("first_possible_appointment", sa.Date, nullable=False),
    ]


def _decided_columns() -> list[sa.Column]:
    return [
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refusal", sa.Text),
        sa.Column("decision_id", sa.Uuid),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("fund_share_cents", sa.BigInteger),
        sa.Column("member_share_cents", sa.BigInteger),
        sa.Column("authorised_at", sa.DateTime(timezone=True)),
        sa.Column("letter_due_on", sa.Date),
        sa.Column("letter_key", sa.Text),
        sa.Column("letter_sha256", sa.Text),
        sa.Column("letter_issued_at", sa.DateTime(timezone=True)),
        sa.Column("dispensed_on", sa.Date),
        sa.Column("closed_on", sa.Date),
    ]


def _booking_constraints() -> list[sa.Constraint]:
    return [
        sa.UniqueConstraint("fund", "code", name="booking_code"),
        sa.CheckConstraint(f"state in ({STATES})", name="booking_state"),
        sa.CheckConstraint("price_cents > 0", name="booking_price"),
        sa.CheckConstraint("fund_share_cents >= 0 and member_share_cents >= 0", name="booking_shares_positive"),
        sa.CheckConstraint("fund_share_cents + member_share_cents = price_cents", name="booking_shares_sum"),
        sa.CheckConstraint(
            "state not in ('authorised', 'letter_sent', 'dispensed', 'closed') or (code is not null "
            "and fund_share_cents is not null and member_share_cents is not null)",
            name="booking_authorised_has_code",
        ),
        sa.CheckConstraint(
            "state not in ('letter_sent', 'dispensed', 'closed') or (letter_key is not null "
            "and letter_sha256 is not null)",
            name="booking_letter_before_dispensing",
        ),
        sa.CheckConstraint("(state = 'not_authorised') = (refusal is not null)", name="booking_refusal"),
        sa.CheckConstraint(
            "state not in ('dispensed', 'closed') or dispensed_on is not null", name="booking_dispensed_on"
        ),
    ]


def _history_and_invoices() -> None:
    op.create_table(
        "booking_history",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("booking_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.booking.booking_id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_state", sa.Text),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        schema=SCHEMA,
    )
    op.create_index("ix_bookings_booking_history_booking_id", "booking_history", ["booking_id"], schema=SCHEMA)
    op.create_table(
        "provider_invoice",
        sa.Column("booking_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.booking.booking_id"), primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_key", sa.Text, nullable=False),
        sa.Column("invoice_date", sa.Date, nullable=False),
        sa.Column("invoice_year", sa.Integer, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("facility_id", "invoice_year", "number_key", name="provider_invoice_number"),
        sa.CheckConstraint("amount_cents > 0", name="provider_invoice_amount"),
        sa.CheckConstraint("invoice_year = extract(year from invoice_date)", name="provider_invoice_year"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.execute(f'drop schema "{SCHEMA}" cascade')
    op.execute(f'create schema "{SCHEMA}"')
