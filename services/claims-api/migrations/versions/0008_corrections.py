"""Corrections of decided claims, members' review requests, instalments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kit.migrations import append_only, enable_fund_rls

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
NOTHING = sa.text("'[]'")

SETTLED_SO_FAR = """
update claims.claim set settled_cents = payable_cents where state in ('settled', 'paid', 'returned')
"""
KINDS = "kind in ('review', 'confirmation', 'review_request')"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=Text())
    op.add_column("claim", sa.Column("settled_cents", sa.BigInteger()), schema=SCHEMA)
    op.add_column("claim", sa.Column("instalments", json, nullable=False, server_default=NOTHING), schema=SCHEMA)
    op.add_column("claim", sa.Column("correction", json), schema=SCHEMA)
    op.add_column(
        "claim_decision", sa.Column("instalments", json, nullable=False, server_default=NOTHING), schema=SCHEMA
    )
    op.execute(SETTLED_SO_FAR)
    op.create_check_constraint("settled_not_negative", "claim", "settled_cents >= 0", schema=SCHEMA)
    op.drop_constraint("known_work_kind", "work_item", schema=SCHEMA)
    op.create_check_constraint("known_work_kind", "work_item", KINDS, schema=SCHEMA)
    _create_fact_change(json)
    _create_review_request(json)
    for table in ("claim_fact_change", "review_request"):
        enable_fund_rls(op, SCHEMA, table)
    append_only(op, SCHEMA, "claim_fact_change")


def downgrade() -> None:
    op.drop_table("review_request", schema=SCHEMA)
    op.drop_table("claim_fact_change", schema=SCHEMA)
    op.drop_constraint("known_work_kind", "work_item", schema=SCHEMA)
    op.create_check_constraint("known_work_kind", "work_item", "kind in ('review', 'confirmation')", schema=SCHEMA)
    op.drop_column("claim_decision", "instalments", schema=SCHEMA)
    for column in ("correction", "instalments", "settled_cents"):
        op.drop_column("claim", column, schema=SCHEMA)


def _create_fact_change(json: postgresql.JSONB) -> None:
    op.create_table(
        "claim_fact_change",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("before", json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.PrimaryKeyConstraint("claim_id", "revision"),
        schema=SCHEMA,
    )


def _create_review_request(json: postgresql.JSONB) -> None:
    op.create_table(
        "review_request",
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_ids", json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reasons", json, nullable=False),
        sa.Column("facts", json),
        sa.Column("note", sa.Text()),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("second_by", sa.Text()),
        sa.Column("second_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state in ('open', 'proposed', 'confirmed', 'corrected')", name="known_request_state"),
        sa.CheckConstraint("(state = 'open') = (answered_by is null)", name="answer_has_person"),
        sa.CheckConstraint("second_by is null or second_by <> answered_by", name="two_persons"),
        sa.CheckConstraint("state not in ('proposed', 'corrected') or facts is not null", name="correction_has_facts"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.ForeignKeyConstraint(["case_id"], ["claims.claim_case.case_id"]),
        sa.PrimaryKeyConstraint("appeal_id"),
        schema=SCHEMA,
    )
    waits = sa.text("state in ('open', 'proposed')")
    op.create_index(
        "review_request_open", "review_request", ["claim_id"], unique=True, schema=SCHEMA, postgresql_where=waits
    )
    op.create_index("review_request_claim", "review_request", ["claim_id"], schema=SCHEMA)
