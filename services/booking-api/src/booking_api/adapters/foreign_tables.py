"""The tables of bookings that come from another system."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from booking_api.adapters.tables import facility, metadata

foreign_booking = Table(
    "foreign_booking",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("foreign_id", Text, primary_key=True),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("facility_code", Text, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("service_code", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("dispensed_on", Date),
    Column("invoice_number", Text),
    Column("fund_share_cents", BigInteger, nullable=False),
    Column("member_share_cents", BigInteger, nullable=False),
    Column("paid", Boolean, nullable=False),
    Column("dental", Boolean, nullable=False),
    Column("teeth", JSONB, nullable=False),
    Column("imported", Boolean, nullable=False),
    # The id under which the fund pays what was not paid yet.
    Column("booking_id", Uuid),
    CheckConstraint("fund_share_cents >= 0 and member_share_cents >= 0", name="foreign_booking_shares"),
    Index("foreign_booking_of_person", "fund", "person_id"),
    Index("foreign_booking_paid_as", "booking_id", unique=True, postgresql_where=text("booking_id is not null")),
    Index("foreign_booking_of_facility", "fund", "facility_id", "foreign_id"),
)

booking_import = Table(
    "booking_import",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Column("imported_by", Text, nullable=False),
)
