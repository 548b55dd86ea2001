"""What a review grants beyond a booking's share is a decision too, and takes from the limits."""

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.execute("alter table rules.decision drop constraint known_kind")
    op.execute(
        "alter table rules.decision add constraint known_kind "
        "check (kind in ('claim', 'booking', 'review', 'instalment', 'booking_review')) not valid"
    )
    op.execute("alter table rules.decision validate constraint known_kind")
