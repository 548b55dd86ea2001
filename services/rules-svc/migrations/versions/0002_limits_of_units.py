"""Limits that count quantities (turns, places) beside those that count requests."""

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    # Added unvalidated and validated apart: the check is wider than the old one, so the scan holds no strong lock.
    op.execute("alter table rules.limit_balance drop constraint known_measure")
    op.execute(
        "alter table rules.limit_balance add constraint known_measure "
        "check (measure in ('amount', 'count', 'units')) not valid"
    )
    op.execute("alter table rules.limit_balance validate constraint known_measure")
