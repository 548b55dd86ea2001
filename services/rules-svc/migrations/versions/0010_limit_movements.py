"""Find what used a limit of a person, the newest first."""

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_index("limit_movements", "limit_posting", ["person_id", "limit_id", "at", "posting_id"], schema="rules")
