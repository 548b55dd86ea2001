"""Consents by version, requests to the fund's office, retirement and confirmation of membership (1.5)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"

# Consents so far were given to the only texts that there were.
FIRST_VERSION = """
update claims.consent c set version = '2023-07', member_id = k.member_id
from claims.claim_case k where k.case_id = c.case_id
"""


def upgrade() -> None:
    op.add_column("consent", sa.Column("version", sa.Text()), schema=SCHEMA)
    op.add_column("consent", sa.Column("member_id", sa.Uuid()), schema=SCHEMA)
    # What was given stays as it was given: only the two new columns are filled, past the trigger that keeps the rest.
    op.execute("alter table claims.consent disable trigger append_only")
    op.execute(FIRST_VERSION)
    op.execute("alter table claims.consent enable trigger append_only")
    for column in ("version", "member_id"):
        op.alter_column("consent", column, nullable=False, schema=SCHEMA)
    op.create_index("consent_member", "consent", ["member_id", "kind"], schema=SCHEMA)
    op.add_column("member", sa.Column("retired_on", sa.Date()), schema=SCHEMA)
    op.add_column("member", sa.Column("confirmed_on", sa.Date()), schema=SCHEMA)
    op.create_check_constraint(
        "confirmed_pensioner", "member", "confirmed_on is null or retired_on is not null", schema=SCHEMA
    )
    _create_office_request()


def downgrade() -> None:
    op.drop_table("office_request", schema=SCHEMA)
    op.drop_constraint("confirmed_pensioner", "member", schema=SCHEMA)
    for column in ("confirmed_on", "retired_on"):
        op.drop_column("member", column, schema=SCHEMA)
    op.drop_index("consent_member", "consent", schema=SCHEMA)
    for column in ("member_id", "version"):
        op.drop_column("consent", column, schema=SCHEMA)


def _create_office_request() -> None:
    op.create_table(
        "office_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("document_ids", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("retired_on", sa.Date()),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.Text()),
        sa.CheckConstraint("kind in ('change', 'confirmation')", name="known_office_kind"),
        sa.CheckConstraint("state in ('for_employer', 'open', 'done', 'refused')", name="known_office_state"),
        sa.CheckConstraint("(kind = 'confirmation') = (retired_on is not null)", name="confirmation_has_day"),
        sa.CheckConstraint("(state in ('done', 'refused')) = (answered_by is not null)", name="answer_has_person"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("request_id"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "office_request")
    op.create_index("office_request_member", "office_request", ["member_id", "request_id"], schema=SCHEMA)
    still_open = sa.text("state = 'open'")
    op.create_index("office_request_open", "office_request", ["request_id"], schema=SCHEMA, postgresql_where=still_open)
    op.create_index(
        "office_request_confirmation",
        "office_request",
        ["member_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind = 'confirmation' and state in ('open', 'done')"),
    )
