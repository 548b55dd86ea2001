"""Direct services as rows of "Le tue pratiche"; a member's claims in the order of the list."""

import sqlalchemy as sa
from alembic import op

from kit.migrations import enable_fund_rls

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"
STATES = "'requested_direct', 'committed_direct', 'settled_direct', 'refused_direct', 'cancelled_direct'"


def upgrade() -> None:
    op.create_table(
        "direct_service",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("article", sa.Text()),
        sa.Column("service", sa.Text()),
        sa.Column("requested_on", sa.Date()),
        sa.Column("service_on", sa.Date()),
        sa.Column("price_cents", sa.BigInteger()),
        sa.Column("fund_share_cents", sa.BigInteger()),
        sa.Column("code", sa.Text()),
        sa.Column("facility_name", sa.Text()),
        sa.Column("invoice_number_key", sa.Text()),
        sa.Column("invoice_date", sa.Date()),
        sa.Column("provider_key", sa.Text()),
        sa.CheckConstraint(f"state in ({STATES})", name="known_direct_state"),
        sa.CheckConstraint("price_cents >= 0 and fund_share_cents >= 0", name="shares_not_negative"),
        sa.PrimaryKeyConstraint("booking_id"),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "direct_service")
    op.create_index("direct_service_member", "direct_service", ["member_id", "booking_id"], schema=SCHEMA)
    op.create_index("direct_service_invoice", "direct_service", ["person_id", "invoice_date"], schema=SCHEMA)
    op.create_index("claim_by_member", "claim", ["member_id", "claim_id"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_index("claim_by_member", "claim", schema=SCHEMA)
    op.drop_table("direct_service", schema=SCHEMA)
