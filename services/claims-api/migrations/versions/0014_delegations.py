"""Delegations: a member lets another act for a time."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("delegation_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_member_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("member_id <> delegate_member_id", name="another_member"),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name="period_in_order"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.ForeignKeyConstraint(["delegate_member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("delegation_id"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "delegation")
    op.create_index("delegation_member", "delegation", ["member_id", "delegate_member_id"], schema=SCHEMA)
    op.create_index("delegation_delegate", "delegation", ["delegate_member_id"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("delegation", schema=SCHEMA)
