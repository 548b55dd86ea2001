"""Reminders that wait for their day, and when a member's account changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import enable_fund_rls

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCHEMA = "notify"


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("data", postgresql.JSONB, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("traceparent", sa.Text),
        sa.UniqueConstraint("event_id", "kind", "number", name="reminder_once"),
        sa.CheckConstraint("state in ('planned', 'sent', 'missed', 'stopped')", name="reminder_state"),
        sa.CheckConstraint("(state = 'planned') = (ended_at is null)", name="reminder_end"),
        sa.CheckConstraint("last_on >= due_on", name="reminder_days"),
        schema=SCHEMA,
    )
    planned = sa.text("state = 'planned'")
    op.create_index("reminder_due", "reminder", ["due_on"], schema=SCHEMA, postgresql_where=planned)
    op.create_index("reminder_about", "reminder", ["subject_id"], schema=SCHEMA, postgresql_where=planned)
    op.create_table(
        "account_change",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("member_id", sa.Uuid, primary_key=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    for table in ("reminder", "account_change"):
        enable_fund_rls(op, SCHEMA, table)


def downgrade() -> None:
    for table in ("account_change", "reminder"):
        op.drop_table(table, schema=SCHEMA)
