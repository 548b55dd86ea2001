"""Check-up visits (1.3); a check by sample is closed when the claim waits for it no longer."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
WAITING = sa.text("state in ('ordered', 'proposed')")
UNCLOSED = sa.text("closed_at is null")


def upgrade() -> None:
    op.add_column("sample_check", sa.Column("proposed_by", sa.Text()), schema=SCHEMA)
    op.add_column("sample_check", sa.Column("closed_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.execute("update claims.sample_check set closed_at = checked_at where result is not null")
    op.create_check_constraint(
        "two_persons", "sample_check", "checked_by <> proposed_by or result = 'regular'", schema=SCHEMA
    )
    op.create_index("sample_check_unclosed", "sample_check", ["claim_id"], schema=SCHEMA, postgresql_where=UNCLOSED)
    _create_visit()
    enable_fund_rls(op, SCHEMA, "check_up_visit")
    op.create_index(
        "check_up_visit_waiting", "check_up_visit", ["claim_id"], unique=True, schema=SCHEMA, postgresql_where=WAITING
    )
    op.create_index("check_up_visit_unclosed", "check_up_visit", ["claim_id"], schema=SCHEMA, postgresql_where=UNCLOSED)
    op.create_index("check_up_visit_fund", "check_up_visit", ["fund", "visit_id"], schema=SCHEMA)
    op.create_index("check_up_visit_member", "check_up_visit", ["member_id", "visit_id"], schema=SCHEMA)
    op.create_index("check_up_visit_case", "check_up_visit", ["case_id"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("check_up_visit", schema=SCHEMA)
    op.drop_index("sample_check_unclosed", "sample_check", schema=SCHEMA)
    op.drop_constraint("two_persons", "sample_check", schema=SCHEMA)
    for column in ("closed_at", "proposed_by"):
        op.drop_column("sample_check", column, schema=SCHEMA)


def _create_visit() -> None:
    op.create_table(
        "check_up_visit",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("visit_id", "claim_id", "case_id", "member_id")),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("visit_at", sa.DateTime(timezone=True)),
        sa.Column("doctor", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("second_by", sa.Text()),
        sa.Column("second_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state in ('ordered', 'proposed', 'confirmed', 'not_confirmed', 'not_attended', 'waived')",
            name="known_visit_state",
        ),
        sa.CheckConstraint(
            "outcome in ('confirmed', 'not_confirmed', 'not_attended', 'waived')", name="known_visit_outcome"
        ),
        sa.CheckConstraint("(state = 'ordered') = (outcome is null)", name="outcome_by_state"),
        sa.CheckConstraint("state in ('ordered', 'proposed') or state = outcome", name="state_is_outcome"),
        sa.CheckConstraint("(outcome is null) = (recorded_by is null)", name="outcome_has_person"),
        sa.CheckConstraint("second_by <> recorded_by", name="two_persons"),
        sa.CheckConstraint("closed_at is null or state not in ('ordered', 'proposed')", name="closed_has_outcome"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim.claim_id"]),
        sa.ForeignKeyConstraint(["case_id"], ["claims.claim_case.case_id"]),
        sa.PrimaryKeyConstraint("visit_id"),
        schema=SCHEMA,
    )
