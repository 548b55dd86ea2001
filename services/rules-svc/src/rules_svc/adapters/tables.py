"""The tables of the schema `rules`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
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
    Column("source_text", Text),
    # One of those that stand begins on a day: a trigger keeps it (one_version_a_day).
    CheckConstraint("effective_to is null or effective_to > effective_from", name="period_not_empty"),
)

PLAN_WITHDRAWAL = Table(
    "plan_withdrawal",
    METADATA,
    Column("fund", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("length(btrim(reason)) > 0", name="reason_given"),
    ForeignKeyConstraint(
        ["fund", "plan_id", "version"],
        [PLAN_VERSION.c.fund, PLAN_VERSION.c.plan_id, PLAN_VERSION.c.version],
        name="of_a_published_version",
    ),
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
    # The decision on an earlier revision, whose postings this one has taken back.
    Column("previous_decision_id", Uuid),
    UniqueConstraint("kind", "subject_id", "revision", name="one_decision_a_revision"),
    CheckConstraint("kind in ('claim', 'booking', 'review', 'instalment', 'booking_review')", name="known_kind"),
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
    CheckConstraint("kind in ('reserve', 'consume', 'release', 'reverse', 'opening')", name="known_kind"),
    CheckConstraint("amount > 0", name="amount_positive"),
    UniqueConstraint("source", "decision_id", "kind", "limit_id", "window_key", "person_id", name="once_a_decision"),
)
# A reservation ends once: it is consumed or released, never both, however often the events come. What was consumed is
# reversed by a posting under the decision that it takes back.
Index(
    "one_end_a_decision",
    LIMIT_POSTING.c.source,
    LIMIT_POSTING.c.decision_id,
    LIMIT_POSTING.c.limit_id,
    LIMIT_POSTING.c.window_key,
    LIMIT_POSTING.c.person_id,
    unique=True,
    postgresql_where=LIMIT_POSTING.c.kind.in_(["consume", "release"]),
)

Index(
    "limit_movements",
    LIMIT_POSTING.c.person_id,
    LIMIT_POSTING.c.limit_id,
    LIMIT_POSTING.c.at,
    LIMIT_POSTING.c.posting_id,
)

EVIDENCE_ON_FILE = Table(
    "evidence_on_file",
    METADATA,
    Column("fund", Text, nullable=False),
    Column("person_id", Uuid, primary_key=True),
    Column("article", Text, primary_key=True),
    Column("document", Text, primary_key=True),
    Column("issued_on", Date, primary_key=True),
    Column("decision_id", Uuid, primary_key=True),
)
Index("evidence_decision", EVIDENCE_ON_FILE.c.decision_id)

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
    # In order until the register says otherwise.
    Column("contributions_in_order", Boolean, nullable=False, server_default="true"),
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

# A claim that its member took back is never decided again: this row says so even where it comes before the claim.
WITHDRAWN_CLAIM = Table(
    "withdrawn_claim",
    METADATA,
    Column("claim_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("withdrawn_at", DateTime(timezone=True), nullable=False),
)

PLAN_DRAFT = Table(
    "plan_draft",
    METADATA,
    Column("fund", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("scenarios", JSONB, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("state", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="known_state"),
)

OPENING_IMPORT = Table(
    "opening_import",
    METADATA,
    Column("import_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("fund", "sha256", name="once_a_file"),
)

EXCHANGE_RATE = Table(
    "exchange_rate",
    METADATA,
    Column("fund", Text, primary_key=True),
    Column("on_day", Date, primary_key=True),
    # 1, or higher for a correction: the highest of a day stands.
    Column("revision", Integer, primary_key=True, server_default="1"),
    # Currency -> units for one euro, as text: the official figure, digit by digit.
    Column("units_per_eur", JSONB, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("revision > 0", name="revision_positive"),
)

SIMULATION = Table(
    "simulation",
    METADATA,
    Column("simulation_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("population", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claims_done", BigInteger, nullable=False),
    Column("claims_total", BigInteger),
    Column("result", JSONB),
    Column("fault", Text),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("heard_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="known_state"),
    CheckConstraint("(state = 'done') = (result is not null)", name="done_has_a_result"),
    CheckConstraint("(state = 'failed') = (fault is not null)", name="failed_has_a_fault"),
)
Index("simulation_open", SIMULATION.c.requested_at, postgresql_where=SIMULATION.c.state.in_(["queued", "running"]))

# The limits ledger compared with the decisions: asked for, or made when a month has ended.
LEDGER_RECONCILIATION = Table(
    "ledger_reconciliation",
    METADATA,
    Column("reconciliation_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("month", Date, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("through_on", Date),
    Column("reconciled_at", DateTime(timezone=True)),
    Column("result", JSONB),
    CheckConstraint("extract(day from month) = 1", name="a_month"),
    CheckConstraint("(reconciled_at is null) = (result is null)", name="reconciled_has_a_result"),
    CheckConstraint("(reconciled_at is null) = (through_on is null)", name="reconciled_has_a_span"),
)
Index(
    "one_open_reconciliation_a_month",
    LEDGER_RECONCILIATION.c.fund,
    LEDGER_RECONCILIATION.c.month,
    unique=True,
    postgresql_where=LEDGER_RECONCILIATION.c.reconciled_at.is_(None),
)

OWN_TABLES = (
    "plan_version",
    "decision",
    "limit_balance",
    "limit_posting",
    "evidence_on_file",
    "member",
    "person",
    "plan_draft",
    "simulation",
    "exchange_rate",
    "opening_import",
    "withdrawn_claim",
    "ledger_reconciliation",
)
