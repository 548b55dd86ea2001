"""What members do without, and messages that were not wanted by e-mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCHEMA = "notify"
STATES = "'waiting_contact', 'queued', 'sending', 'delivered', 'failed'"


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("member_id", sa.Uuid, primary_key=True),
        sa.Column("declined", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    enable_fund_rls(op, SCHEMA, "preference")
    _allow_states(f"{STATES}, 'not_wanted'")


def downgrade() -> None:
    op.execute(f"delete from {SCHEMA}.message where state = 'not_wanted'")  # noqa: S608 (a constant)
    _allow_states(STATES)
    op.drop_table("preference", schema=SCHEMA)


def _allow_states(states: str) -> None:
    # Not valid first: the check of the rows that are there holds no lock against writers.
    table = f"{SCHEMA}.message"
    op.execute(f"alter table {table} drop constraint message_state")
    op.execute(f"alter table {table} add constraint message_state check (state in ({states})) not valid")
    op.execute(f"alter table {table} validate constraint message_state")
