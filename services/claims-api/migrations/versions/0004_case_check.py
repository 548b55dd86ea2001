"""The plan's filing days for the check before sending; cases by the day they were sent, for service levels."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None

SCHEMA = "claims"


def upgrade() -> None:
    # Null: a plan that was published before its event carried the days.
    op.add_column("plan_version", sa.Column("filing_days", sa.Integer(), nullable=True), schema=SCHEMA)
    op.create_index("claim_case_submitted", "claim_case", ["submitted_at"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_index("claim_case_submitted", "claim_case", schema=SCHEMA)
    op.drop_column("plan_version", "filing_days", schema=SCHEMA)
