"""Payments that persons grant on referred claims are decisions too, and take from the limits."""

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.execute("alter table rules.decision drop constraint known_kind")
    op.execute(
        "alter table rules.decision add constraint known_kind check (kind in ('claim', 'booking', 'review')) not valid"
    )
    op.execute("alter table rules.decision validate constraint known_kind")
