"""Whether a decided amount is gross of withholding: the rules say it, the payout side withholds."""

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: None = None
depends_on: None = None

TABLES = ("claim", "claim_decision")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"alter table claims.{table} add column gross_of_withholding boolean not null default false")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"alter table claims.{table} drop column gross_of_withholding")
