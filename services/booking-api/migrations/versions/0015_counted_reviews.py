"""A granted increase waits for the rules to count it; meanwhile its review is alive and its sum has bounds."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop index bookings.matter_one_open_review",
    """
    create unique index matter_one_open_review on bookings.matter (booking_id)
    where kind = 'review' and state in ('open', 'proposed', 'counting')
    """,
    "alter table bookings.matter drop constraint matter_granted",
    """
    alter table bookings.matter add constraint matter_granted check (
      kind <> 'review' or state not in ('proposed', 'counting', 'increased') or coalesce(
        (facts ->> 'granted_cents')::bigint > (facts ->> 'settled_cents')::bigint
        and (facts ->> 'granted_cents')::bigint <= (facts ->> 'asked_cents')::bigint, false))
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
