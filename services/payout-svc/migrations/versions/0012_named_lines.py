"""What a payable of a facility is about: the booking, its code, and whether another system closed it."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Set from now on: an older line is named by its reference alone.
STATEMENT = """
    alter table payouts.payable
      add column booking_id uuid,
      add column code text,
      add column imported boolean not null default false,
      add constraint payable_booking
        check (source_kind in ('booking', 'booking_correction') or (booking_id is null and code is null)),
      add constraint payable_imported check (not imported or source_kind = 'booking')
"""


def upgrade() -> None:
    op.execute(STATEMENT)


def downgrade() -> None:
    raise RuntimeError("money is never migrated downwards: restore a backup")
