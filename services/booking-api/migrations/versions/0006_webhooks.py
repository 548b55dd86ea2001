"""Webhooks of facilities and their deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from kit.migrations import enable_fund_rls

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEMA = "bookings"


def _time(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("webhook_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("facility_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.facility.facility_id"), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", ARRAY(sa.Text), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("old_secret", sa.Text),
        _time("old_secret_until"),
        _time("created_at", nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("disabled_because", sa.Text),
        _time("failing_since"),
        sa.CheckConstraint(
            "cardinality(kinds) > 0 and kinds <@ array['authorisation', 'cancellation', 'payment']",
            name="webhook_kinds",
        ),
        sa.CheckConstraint("active = (disabled_because is null)", name="webhook_disabled"),
        sa.CheckConstraint("(old_secret is null) = (old_secret_until is null)", name="webhook_old_secret"),
        schema=SCHEMA,
    )
    op.create_index("webhook_of_facility", "webhook", ["facility_id"], schema=SCHEMA)
    op.create_table(
        "webhook_delivery",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("webhook_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.webhook.webhook_id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _time("created_at", nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        _time("next_attempt_at"),
        _time("taken_until"),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_fault", sa.Text),
        _time("delivered_at"),
        sa.CheckConstraint("state in ('pending', 'delivered', 'given_up')", name="webhook_delivery_state"),
        sa.CheckConstraint("(state = 'pending') = (next_attempt_at is not null)", name="webhook_delivery_next"),
        sa.CheckConstraint("(state = 'delivered') = (delivered_at is not null)", name="webhook_delivery_delivered"),
        schema=SCHEMA,
    )
    op.create_index("webhook_delivery_page", "webhook_delivery", ["webhook_id", "delivery_id"], schema=SCHEMA)
    op.create_index(
        "webhook_delivery_due",
        "webhook_delivery",
        ["webhook_id", "next_attempt_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'pending'"),
    )
    for table in ("webhook", "webhook_delivery"):
        enable_fund_rls(op, SCHEMA, table)


def downgrade() -> None:
    raise RuntimeError("migrations go forward only")
