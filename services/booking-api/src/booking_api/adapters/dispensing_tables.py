"""The tables of what facilities hand in: invoices and papers."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from booking_api.adapters.tables import booking, facility, metadata

facility_invoice = Table(
    "facility_invoice",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("number", Text, nullable=False),
    Column("number_key", Text, nullable=False),
    Column("invoice_date", Date, nullable=False),
    Column("invoice_year", Integer, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    CheckConstraint("invoice_year = extract(year from invoice_date)", name="facility_invoice_year"),
    # Invoice numbers start again every year, so the year belongs to the key.
    Index(
        "facility_invoice_number",
        "facility_id",
        "invoice_year",
        "number_key",
        unique=True,
        postgresql_where=text("withdrawn_at is null"),
    ),
)

invoiced_booking = Table(
    "invoiced_booking",
    metadata,
    Column("part_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("invoice_id", Uuid, ForeignKey(facility_invoice.c.invoice_id), nullable=False),
    Column("booking_id", Uuid, ForeignKey(booking.c.booking_id), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("fund_share_cents", BigInteger),
    Column("lines", JSONB, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("superseded_at", DateTime(timezone=True)),
    CheckConstraint("amount_cents > 0", name="invoiced_booking_amount"),
    CheckConstraint("fund_share_cents >= 0", name="invoiced_booking_share"),
    Index("invoiced_booking_current", "booking_id", unique=True, postgresql_where=text("superseded_at is null")),
    Index("invoiced_booking_of_invoice", "invoice_id"),
)

booking_paper = Table(
    "booking_paper",
    metadata,
    Column("paper_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("booking_id", Uuid, ForeignKey(booking.c.booking_id), nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("storage_key", Text, nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("uploaded_by", Text, nullable=False),
    CheckConstraint("size_bytes > 0", name="booking_paper_size"),
    Index("booking_paper_of_booking", "booking_id", "paper_id"),
)
