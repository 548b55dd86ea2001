"""The tables of the schema `rules`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from kit.tables import kit_tables

SCHEMA = "rules"
METADATA = MetaData(schema=SCHEMA)
KIT = kit_tables(METADATA)

PLAN_VERSION = Table(
    "plan_version",
    METADATA,
    Column("fund", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("content", JSONB, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("fund", "plan_id", "effective_from", name="one_version_a_day"),
    CheckConstraint("effective_to is null or effective_to > effective_from", name="period_not_empty"),
)

DECISION = Table(
    "decision",
    METADATA,
    Column("decision_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("article", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("plan_version", Text, nullable=False),
    Column("plan_hash", Text, nullable=False),
    Column("engine_version", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("review", Text),
    Column("requested_cents", BigInteger, nullable=False),
    Column("payable_cents", BigInteger, nullable=False),
    Column("inputs", JSONB, nullable=False),
    Column("limits_before", JSONB, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("missing", JSONB, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("kind", "subject_id", "revision", name="one_decision_a_revision"),
    CheckConstraint("kind in ('claim', 'booking')", name="known_kind"),
    CheckConstraint("outcome in ('pay', 'deny', 'pend', 'refer')", name="known_outcome"),
    CheckConstraint("payable_cents >= 0 and (payable_cents > 0) = (outcome = 'pay')", name="only_pay_pays"),
    CheckConstraint("requested_cents >= 0", name="requested_not_negative"),
)
Index("decision_person", DECISION.c.person_id, DECISION.c.decision_id)

LIMIT_BALANCE = Table(
    "limit_balance",
    METADATA,
    Column("fund", Text, nullable=False),
    Column("person_id", Uuid, primary_key=True),
    Column("limit_id", Text, primary_key=True),
    Column("window_key", Text, primary_key=True),
    Column("measure", Text, nullable=False),
    # Cents for `amount`, requests for `count`, quantities for `units`. The highest ceiling over the modes (reading A4):
    # the evaluation applies the ceiling of the mode, the database refuses whatever would pass the highest.
    Column("ceiling", BigInteger, nullable=False),
    Column("consumed", BigInteger, nullable=False, server_default="0"),
    Column("reserved", BigInteger, nullable=False, server_default="0"),
    # Windows that roll with the date have one row; `uses` maps the source to its date and amount.
    Column("rolling_months", Integer, nullable=False, server_default="0"),
    Column("uses", JSONB, nullable=False, server_default="{}"),
    CheckConstraint("measure in ('amount', 'count', 'units')", name="known_measure"),
    CheckConstraint("consumed >= 0 and reserved >= 0", name="not_negative"),
    CheckConstraint("rolling_months > 0 or consumed + reserved <= ceiling", name="within_ceiling"),
    CheckConstraint(
        "rolling_months = 0 or rules.peak_use(uses, rolling_months) <= ceiling", name="rolls_within_ceiling"
    ),
)

LIMIT_POSTING = Table(
    "limit_posting",
    METADATA,
    Column("posting_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("limit_id", Text, nullable=False),
    Column("window_key", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("fact_on", Date, nullable=False),
    Column("decision_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint("kind in ('reserve', 'consume', 'release')", name="known_kind"),
    CheckConstraint("amount > 0", name="amount_positive"),
    UniqueConstraint("source", "kind", "limit_id", "window_key", name="once_a_source"),
)
# A reservation ends once: it is consumed or released, never both, however often the events come.
Index(
    "one_end_a_source",
    LIMIT_POSTING.c.source,
    LIMIT_POSTING.c.limit_id,
    LIMIT_POSTING.c.window_key,
    unique=True,
    postgresql_where=LIMIT_POSTING.c.kind.in_(["consume", "release"]),
)

EVIDENCE_ON_FILE = Table(
    "evidence_on_file",
    METADATA,
    Column("fund", Text, nullable=False),
    Column("person_id", Uuid, primary_key=True),
    Column("article", Text, primary_key=True),
    Column("document", Text, primary_key=True),
    Column("issued_on", Date, primary_key=True),
    Column("decision_id", Uuid, nullable=False),
)

MEMBER = Table(
    "member",
    METADATA,
    Column("member_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("category", Text, nullable=False),
    Column("enrolled_on", Date, nullable=False),
    Column("hired_on", Date),
    Column("left_on", Date),
    Column("birth_date", Date, nullable=False),
)

PERSON = Table(
    "person",
    METADATA,
    Column("person_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("relation", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("disabled_104", Boolean, nullable=False),
    Column("fiscally_dependent", Boolean),
)
Index("person_member", PERSON.c.member_id)

OWN_TABLES = ("plan_version", "decision", "limit_balance", "limit_posting", "evidence_on_file", "member", "person")
