"""Plans, decisions and the limits ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import append_only, create_kit_tables, enable_fund_rls

revision: str = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

SCHEMA = "rules"
OWN_TABLES = ("plan_version", "decision", "limit_balance", "limit_posting", "evidence_on_file", "member", "person")

# The highest sum of uses in any window of some months that ends on a use: the same day number that many months
# before the end is outside (reading A24 on 5.1; the windows of 5.2 to 5.4 and 3.11 roll the same way).
PEAK_USE = """
create function rules.peak_use(uses jsonb, months int) returns bigint language sql immutable as $$
    select coalesce(max((
        select sum((one.value->>1)::bigint)
        from jsonb_each(uses) one
        where (one.value->>0)::date <= ends.on_day
          and (one.value->>0)::date > (ends.on_day - make_interval(months => months))::date
    )), 0)::bigint
    from (select (value->>0)::date as on_day from jsonb_each(uses)) ends
$$
"""


def upgrade() -> None:
    create_kit_tables(op, SCHEMA)
    op.execute(PEAK_USE)
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("payable_cents", sa.BigInteger(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("limits_before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('claim', 'booking')", name="known_kind"),
        sa.CheckConstraint("outcome in ('pay', 'deny', 'pend', 'refer')", name="known_outcome"),
        sa.CheckConstraint("payable_cents >= 0 and (payable_cents > 0) = (outcome = 'pay')", name="only_pay_pays"),
        sa.CheckConstraint("requested_cents >= 0", name="requested_not_negative"),
        sa.PrimaryKeyConstraint("decision_id"),
        sa.UniqueConstraint("kind", "subject_id", "revision", name="one_decision_a_revision"),
        schema="rules",
    )
    op.create_index("decision_person", "decision", ["person_id", "decision_id"], unique=False, schema="rules")
    op.create_table(
        "evidence_on_file",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "article", "document", "issued_on"),
        schema="rules",
    )
    op.create_table(
        "limit_balance",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("limit_id", sa.Text(), nullable=False),
        sa.Column("window_key", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("consumed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rolling_months", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uses", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("measure in ('amount', 'count')", name="known_measure"),
        sa.CheckConstraint("consumed >= 0 and reserved >= 0", name="not_negative"),
        sa.CheckConstraint(
            "rolling_months = 0 or rules.peak_use(uses, rolling_months) <= ceiling", name="rolls_within_ceiling"
        ),
        sa.CheckConstraint("rolling_months > 0 or consumed + reserved <= ceiling", name="within_ceiling"),
        sa.PrimaryKeyConstraint("person_id", "limit_id", "window_key"),
        schema="rules",
    )
    op.create_table(
        "limit_posting",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("limit_id", sa.Text(), nullable=False),
        sa.Column("window_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fact_on", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('reserve', 'consume', 'release')", name="known_kind"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.PrimaryKeyConstraint("posting_id"),
        sa.UniqueConstraint("source", "kind", "limit_id", "window_key", name="once_a_source"),
        schema="rules",
    )
    op.create_index(
        "one_end_a_source",
        "limit_posting",
        ["source", "limit_id", "window_key"],
        unique=True,
        schema="rules",
        postgresql_where=sa.text("kind IN ('consume', 'release')"),
    )
    op.create_table(
        "member",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
        schema="rules",
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("disabled_104", sa.Boolean(), nullable=False),
        sa.Column("fiscally_dependent", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
        schema="rules",
    )
    op.create_index("person_member", "person", ["member_id"], unique=False, schema="rules")
    op.create_table(
        "plan_version",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("effective_to is null or effective_to > effective_from", name="period_not_empty"),
        sa.PrimaryKeyConstraint("fund", "plan_id", "version"),
        sa.UniqueConstraint("fund", "plan_id", "effective_from", name="one_version_a_day"),
        schema="rules",
    )
    for table in OWN_TABLES:
        enable_fund_rls(op, SCHEMA, table)
    for table in ("plan_version", "decision", "limit_posting"):
        append_only(op, SCHEMA, table)
