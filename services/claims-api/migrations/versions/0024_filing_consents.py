"""Members' consents that the office or a delegate files in their place."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
STANDING = sa.text("withdrawn_at is null")


def upgrade() -> None:
    op.create_table(
        "filing_consent",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_member_id", sa.Uuid()),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("way in ('telephone', 'letter', 'in_person', 'portal')", name="known_way"),
        sa.CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawal_has_person"),
        sa.ForeignKeyConstraint(["member_id"], ["claims.member.member_id"]),
        sa.ForeignKeyConstraint(["delegate_member_id"], ["claims.member.member_id"]),
        sa.PrimaryKeyConstraint("consent_id"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "filing_consent")
    op.create_index(
        "filing_consent_standing",
        "filing_consent",
        ["member_id", sa.text("coalesce(delegate_member_id, member_id)")],
        unique=True,
        schema=SCHEMA,
        postgresql_where=STANDING,
    )
    op.create_index("filing_consent_member", "filing_consent", ["member_id", "consent_id"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("filing_consent", schema=SCHEMA)
