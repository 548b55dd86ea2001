"""Cases and claims, their decisions and history; the plan as the intake knows it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kit.migrations import append_only, enable_fund_rls

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
TABLES = (
    "plan_version",
    "case_counter",
    "claim_case",
    "consent",
    "claim",
    "claim_document",
    "claim_decision",
    "claim_state_change",
)


def upgrade() -> None:
    _create_plan_version()
    _create_case_counter()
    _create_claim_case()
    _create_consent()
    _create_claim()
    _create_claim_document()
    _create_claim_decision()
    _create_claim_state_change()
    for table in TABLES:
        enable_fund_rls(op, SCHEMA, table)
    for table in ("claim_state_change", "claim_decision", "consent"):
        append_only(op, SCHEMA, table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table, schema=SCHEMA)


def _create_plan_version() -> None:
    op.create_table(
        "plan_version",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("claim_lapse_days", sa.Integer(), nullable=False),
        sa.Column("articles", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.CheckConstraint("claim_lapse_days > 0", name="lapse_days_positive"),
        sa.PrimaryKeyConstraint("fund", "plan_id", "version"),
        schema="claims",
    )


def _create_case_counter() -> None:
    op.create_table(
        "case_counter",
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fund", "year"),
        schema="claims",
    )


def _create_claim_case() -> None:
    op.create_table(
        "claim_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.CheckConstraint("channel in ('portal', 'paper')", name="known_channel"),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'suspended', 'referred', 'approved', 'settled', 'paid', "
            "'returned', 'rejected', 'withdrawn')",
            name="known_state",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("fund", "number", name="claim_case_number"),
        schema="claims",
    )
    op.create_index("claim_case_member", "claim_case", ["member_id", "case_id"], schema="claims")


def _create_consent() -> None:
    op.create_table(
        "consent",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["claims.claim_case.case_id"]),
        sa.PrimaryKeyConstraint("case_id", "kind"),
        schema="claims",
    )


def _create_claim() -> None:
    op.create_table(
        "claim",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_number_key", sa.Text(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("ssn_ticket", sa.Boolean(), nullable=False),
        sa.Column("stamp_duty_cents", sa.BigInteger(), nullable=False),
        sa.Column("other_fund_refund_cents", sa.BigInteger(), nullable=False),
        sa.Column("provider_kind", sa.Text(), nullable=False),
        sa.Column("provider_specialty", sa.Text(), nullable=True),
        sa.Column("provider_vat_number", sa.Text(), nullable=True),
        sa.Column("provider_key", sa.Text(), nullable=False),
        sa.Column("extra", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("payable_cents", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("lapses_on", sa.Date(), nullable=True),
        sa.Column("missing", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("currency = 'EUR'", name="euro_only"),
        sa.CheckConstraint("mode = 'indirect'", name="indirect_only"),
        sa.CheckConstraint("state <> 'suspended' or lapses_on is not null", name="suspended_lapses"),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'suspended', 'referred', 'approved', 'settled', 'paid', "
            "'returned', 'rejected', 'withdrawn')",
            name="known_state",
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'settled', 'paid', 'returned') "
            "or (payable_cents is not null and decision_id is not null)",
            name="approved_has_decision",
        ),
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.CheckConstraint("payable_cents >= 0", name="payable_not_negative"),
        sa.CheckConstraint("quantity > 0 and revision >= 0", name="counts_positive"),
        sa.CheckConstraint("stamp_duty_cents + other_fund_refund_cents <= amount_cents", name="parts_within_amount"),
        sa.CheckConstraint("stamp_duty_cents >= 0 and other_fund_refund_cents >= 0", name="parts_not_negative"),
        sa.ForeignKeyConstraint(["case_id"], ["claims.claim_case.case_id"]),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.ForeignKeyConstraint(["person_id"], ["claims.person.person_id"]),
        sa.PrimaryKeyConstraint("claim_id"),
        schema="claims",
    )
    op.create_index("claim_by_case", "claim", ["case_id"], schema="claims")
    op.create_index(
        "claim_expense",
        "claim",
        ["fund", "person_id", "document_date", "document_number_key", "provider_key"],
        unique=True,
        schema="claims",
        postgresql_where=sa.text("state not in ('rejected', 'withdrawn')"),
    )
    op.create_index(
        "claim_lapsing",
        "claim",
        ["lapses_on"],
        unique=False,
        schema="claims",
        postgresql_where=sa.text("state = 'suspended'"),
    )


def _create_claim_document() -> None:
    op.create_table(
        "claim_document",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.ForeignKeyConstraint(["document_id"], ["claims.document.document_id"]),
        sa.PrimaryKeyConstraint("claim_id", "document_id"),
        schema="claims",
    )


def _create_claim_decision() -> None:
    op.create_table(
        "claim_decision",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("payable_cents", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.PrimaryKeyConstraint("decision_id"),
        schema="claims",
    )
    op.create_index("claim_decision_claim", "claim_decision", ["claim_id"], schema="claims")


def _create_claim_state_change() -> None:
    op.create_table(
        "claim_state_change",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.PrimaryKeyConstraint("seq"),
        schema="claims",
    )
    op.create_index("claim_state_change_claim", "claim_state_change", ["claim_id"], schema="claims")
