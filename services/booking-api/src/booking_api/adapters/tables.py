"""The tables of the schema `bookings`; the database itself refuses what must not happen."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from booking_api.domain.booking_states import BookingState
from kit.tables import kit_tables

SCHEMA = "bookings"

metadata = MetaData(schema=SCHEMA)
kit = kit_tables(metadata)


def _states(*states: BookingState) -> str:
    return ", ".join(f"'{state}'" for state in states)


S = BookingState
_AUTHORISED_STATES = _states(S.AUTHORISED, S.LETTER_SENT, S.DISPENSED, S.SUSPENDED, S.CLOSED, S.SETTLED)
_LETTER_STATES = _states(S.LETTER_SENT, S.DISPENSED, S.SUSPENDED, S.CLOSED, S.SETTLED)
ON_A_SLOT = (S.REQUESTED, S.REFERRED, S.AUTHORISED, S.LETTER_SENT, S.DISPENSED, S.SUSPENDED, S.CLOSED, S.SETTLED)
_SLOT_STATES = _states(*ON_A_SLOT)
_OPEN_STATES = _states(S.REQUESTED, S.REFERRED, S.AUTHORISED, S.LETTER_SENT)

facility = Table(
    "facility",
    metadata,
    Column("facility_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("postal_code", Text),
    Column("town", Text, nullable=False),
    Column("town_key", Text, nullable=False),
    Column("province", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("phone", Text),
    Column("iban", Text, nullable=False),
    Column("badge", Text, nullable=False),
    Column("doctors", JSONB, nullable=False),
    Column("vat_number", Text),
    Column("takes_part_from", Date),
    Column("takes_part_until", Date),
    Column("direct", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("fund", "code", name="facility_code"),
    CheckConstraint("takes_part_until > takes_part_from", name="facility_participation"),
    CheckConstraint("badge in ('green', 'yellow')", name="facility_badge"),
    CheckConstraint("vat_number ~ '^[0-9]{11}$'", name="facility_vat_number"),
    Index("facility_by_name", "fund", "name", "facility_id"),
    Index(
        "facility_by_place",
        "fund",
        "latitude",
        "longitude",
        "facility_id",
        postgresql_include=["takes_part_from", "takes_part_until"],
    ),
    Index("facility_by_town", "fund", "town_key", "name", "facility_id"),
)

campaign = Table(
    "campaign",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("title_it", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("services", ARRAY(Text), nullable=False),
    CheckConstraint("valid_to > valid_from", name="campaign_period"),
    CheckConstraint("cardinality(services) > 0", name="campaign_services"),
)

campaign_facility = Table(
    "campaign_facility",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("campaign_code", Text, primary_key=True),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), primary_key=True),
    ForeignKeyConstraint(
        ["fund", "campaign_code"],
        [f"{SCHEMA}.campaign.fund", f"{SCHEMA}.campaign.code"],
        name="campaign_facility_campaign",
    ),
    Index("campaign_of_facility", "facility_id", "campaign_code"),
)

facility_word = Table(
    "facility_word",
    metadata,
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), primary_key=True),
    Column("kind", Text, primary_key=True),
    # Bytes in order: a prefix is a range of the index, whatever the language of the database.
    Column("word", Text(collation="C"), primary_key=True),
    Column("fund", Text, nullable=False),
    CheckConstraint("kind in ('name', 'doctor')", name="facility_word_kind"),
    Index("facility_word_found", "fund", "kind", "word", "facility_id"),
)

agreed_service = Table(
    "agreed_service",
    metadata,
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), primary_key=True),
    Column("service_code", Text, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("fund", Text, nullable=False),
    Column("price_cents", BigInteger, nullable=False),
    CheckConstraint("price_cents > 0", name="agreed_service_price"),
    CheckConstraint("valid_to > valid_from", name="agreed_service_period"),
    Index(
        "agreed_service_by_price",
        "fund",
        "service_code",
        "price_cents",
        "facility_id",
        postgresql_include=["valid_from", "valid_to"],
    ),
)

member = Table(
    "member",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("category", Text, nullable=False),
    Column("enrolled_on", Date, nullable=False),
    Column("hired_on", Date),
    Column("left_on", Date),
    Column("birth_date", Date, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey(member.c.member_id), nullable=False, index=True),
    Column("fund", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("disabled_104", Boolean, nullable=False),
    Column("fiscally_dependent", Boolean),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)

plan_version = Table(
    "plan_version",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("notice_days", JSONB, nullable=False),
    Column("modes", JSONB, nullable=False),
)

slot = Table(
    "slot",
    metadata,
    Column("slot_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("service_code", Text, nullable=False),
    # Empty where no doctor is foreseen: nulls would not be equal in the constraint.
    Column("doctor", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("held_by", Text),
    Column("held_until", DateTime(timezone=True)),
    UniqueConstraint("facility_id", "starts_at", "service_code", "doctor", name="slot_once"),
    CheckConstraint("(held_by is null) = (held_until is null)", name="slot_hold"),
)

agenda = Table(
    "agenda",
    metadata,
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("openings", JSONB, nullable=False),
    Column("closures", JSONB, nullable=False),
    Column("open_on_holidays", Boolean, nullable=False),
    Column("published_until", Date, nullable=False),
    Index("agenda_behind", "fund", "published_until"),
)

booking = Table(
    "booking",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("facility_name", Text, nullable=False),
    Column("facility_address", Text, nullable=False),
    Column("service_code", Text, nullable=False),
    Column("service_title_it", Text, nullable=False),
    Column("service_title_en", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("doctor", Text),
    Column("appointment_at", DateTime(timezone=True), nullable=False),
    Column("phone", Text, nullable=False),
    Column("prescription_document_id", Uuid),
    Column("already_agreed", Boolean, nullable=False),
    Column("channel", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("price_cents", BigInteger, nullable=False),
    Column("notice_days", Integer, nullable=False),
    Column("in_time", Boolean, nullable=False),
    Column("last_day_in_time", Date, nullable=False),
    Column("first_possible_appointment", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("refusal", Text),
    Column("decision_id", Uuid),
    Column("reasons", JSONB, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("code", Text),
    Column("fund_share_cents", BigInteger),
    Column("member_share_cents", BigInteger),
    Column("authorised_at", DateTime(timezone=True)),
    Column("letter_due_on", Date),
    Column("letter_key", Text),
    Column("letter_sha256", Text),
    Column("letter_issued_at", DateTime(timezone=True)),
    Column("dispensed_on", Date),
    Column("closed_on", Date),
    Column("checked_documents", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("replaces", Uuid, ForeignKey(f"{SCHEMA}.booking.booking_id")),
    Column("replaced_by", Uuid, ForeignKey(f"{SCHEMA}.booking.booking_id", deferrable=True, initially="DEFERRED")),
    Column("slot_id", Uuid, ForeignKey(f"{SCHEMA}.slot.slot_id")),
    Column("items", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("dispensed_items", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("decided_revision", Integer, nullable=False, server_default=text("1")),
    Column("differences", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("arrived_at", DateTime(timezone=True)),
    Column("variation_of", Uuid, ForeignKey(f"{SCHEMA}.booking.booking_id")),
    Column("renews", Uuid, ForeignKey(f"{SCHEMA}.booking.booking_id")),
    Column("paid_on", Date),
    Column("campaign", Text),
    Column("surname_key", Text(collation="C"), nullable=False, server_default=text("''")),
    UniqueConstraint("fund", "code", name="booking_code"),
    UniqueConstraint("replaces", name="booking_one_successor"),
    CheckConstraint("(state = 'replaced') = (replaced_by is not null)", name="booking_replaced_by"),
    CheckConstraint(f"state in ({_states(*BookingState)})", name="booking_state"),
    CheckConstraint("price_cents > 0", name="booking_price"),
    CheckConstraint("fund_share_cents >= 0 and member_share_cents >= 0", name="booking_shares_positive"),
    CheckConstraint("fund_share_cents + member_share_cents = price_cents", name="booking_shares_sum"),
    CheckConstraint(
        f"state not in ({_AUTHORISED_STATES}) or (code is not null and fund_share_cents is not null "
        "and member_share_cents is not null)",
        name="booking_authorised_has_code",
    ),
    CheckConstraint(
        f"state not in ({_LETTER_STATES}) or (letter_key is not null and letter_sha256 is not null)",
        name="booking_letter_before_dispensing",
    ),
    CheckConstraint("(state = 'not_authorised') = (refusal is not null)", name="booking_refusal"),
    CheckConstraint(
        "state not in ('dispensed', 'suspended', 'closed', 'settled') or dispensed_on is not null",
        name="booking_dispensed_on",
    ),
    CheckConstraint(
        "state not in ('closed', 'settled') or (revision = decided_revision and closed_on is not null)",
        name="booking_closed_decided",
    ),
    CheckConstraint("(state = 'settled') = (paid_on is not null)", name="booking_settled_when_paid"),
    CheckConstraint("(state = 'suspended') <= (differences <> '[]')", name="booking_suspended_because"),
    Index("booking_one_on_a_slot", "slot_id", unique=True, postgresql_where=text(f"state in ({_SLOT_STATES})")),
    Index("booking_of_member", "fund", "member_id", "booking_id"),
    Index("booking_of_facility", "fund", "facility_id", "booking_id"),
    Index("booking_of_fund", "fund", "booking_id"),
    Index("booking_of_surname", "fund", "surname_key", "booking_id"),
    Index("booking_letter_due", "fund", "letter_due_on", postgresql_where=text(f"state = '{S.AUTHORISED}'")),
    Index("booking_open", "fund", "expires_at", postgresql_where=text(f"state in ({_OPEN_STATES})")),
)

booking_history = Table(
    "booking_history",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("fund", Text, nullable=False),
    Column("booking_id", Uuid, ForeignKey(booking.c.booking_id), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
)

network_import = Table(
    "network_import",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("fault_count", Integer, nullable=False),
    Column("faults", JSONB, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Column("imported_by", Text, nullable=False),
    CheckConstraint("state in ('checked', 'applied', 'rejected')", name="network_import_state"),
    CheckConstraint("state <> 'applied' or (fault_count = 0 and not dry_run)", name="network_import_applied_whole"),
    Index("network_import_once", "fund", "sha256", unique=True, postgresql_where=text("state = 'applied'")),
)
