"""A review's increase is proposed by one person and granted by another; what is granted has bounds."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop index bookings.matter_one_open_review",
    """
    create unique index matter_one_open_review on bookings.matter (booking_id)
    where kind = 'review' and state in ('open', 'proposed')
    """,
    """
    alter table bookings.matter add constraint matter_granted check (
      kind <> 'review' or state not in ('proposed', 'increased') or coalesce(
        (facts ->> 'granted_cents')::bigint > (facts ->> 'settled_cents')::bigint
        and (facts ->> 'granted_cents')::bigint <= (facts ->> 'asked_cents')::bigint, false))
    """,
    # One booking's reviews, for the share that the last one has granted.
    "create index matter_of_booking on bookings.matter (booking_id) where booking_id is not null",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
