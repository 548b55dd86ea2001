"""The tables of the matters between facilities and the fund."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from booking_api.adapters.tables import booking, facility, metadata

matter = Table(
    "matter",
    metadata,
    Column("matter_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("booking_id", Uuid, ForeignKey(booking.c.booking_id)),
    Column("state", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("kind in ('review', 'integration', 'company_name', 'tariff', 'defect')", name="matter_kind"),
    CheckConstraint("kind not in ('review', 'integration') or booking_id is not null", name="matter_booking"),
    # What a person grants is more than was settled and no more than was asked: a missing sum is refused too.
    CheckConstraint(
        "kind <> 'review' or state not in ('proposed', 'counting', 'increased') or coalesce("
        "(facts ->> 'granted_cents')::bigint > (facts ->> 'settled_cents')::bigint "
        "and (facts ->> 'granted_cents')::bigint <= (facts ->> 'asked_cents')::bigint, false)",
        name="matter_granted",
    ),
    Index(
        "matter_one_open_review",
        "booking_id",
        unique=True,
        postgresql_where=text("kind = 'review' and state in ('open', 'proposed', 'counting')"),
    ),
    Index("matter_of_booking", "booking_id", postgresql_where=text("booking_id is not null")),
    Index("matter_of_facility", "fund", "facility_id", "kind", "matter_id"),
    Index("matter_of_fund", "fund", "kind", "matter_id"),
)

matter_step = Table(
    "matter_step",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("matter_id", Uuid, ForeignKey(matter.c.matter_id), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
)

facility_succession = Table(
    "facility_succession",
    metadata,
    Column("old_id", Uuid, ForeignKey(facility.c.facility_id), primary_key=True),
    Column("new_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("fund", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    CheckConstraint("old_id <> new_id", name="facility_succession_other"),
    Index("facility_succession_new", "new_id"),
)
