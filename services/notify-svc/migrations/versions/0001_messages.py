"""Contacts, messages and the attempts to deliver them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.migrations import create_kit_tables, enable_fund_rls

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SCHEMA = "notify"


def upgrade() -> None:
    create_kit_tables(op, SCHEMA)
    _contact()
    _message()
    _delivery_attempt()
    for table in ("contact", "message", "delivery_attempt"):
        enable_fund_rls(op, SCHEMA, table)


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("fund", sa.Text, primary_key=True),
        sa.Column("member_id", sa.Uuid, primary_key=True),
        sa.Column("contact_version", sa.Integer, nullable=False),
        sa.Column("member_version", sa.Integer, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("last_name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        schema=SCHEMA,
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("data", postgresql.JSONB, nullable=False),
        sa.Column("document_key", sa.Text),
        sa.Column("document_sha256", sa.Text),
        sa.Column("sending", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("claim", sa.Uuid),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("template_version", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text),
        sa.Column("traceparent", sa.Text),
        sa.UniqueConstraint("event_id", "template", name="message_once"),
        sa.CheckConstraint(
            "state in ('waiting_contact', 'queued', 'sending', 'delivered', 'failed')", name="message_state"
        ),
        sa.CheckConstraint("(state = 'sending') = (claim is not null)", name="message_claim"),
        sa.CheckConstraint("(claim is null) = (lease_until is null)", name="message_lease"),
        sa.CheckConstraint("state <> 'queued' or next_attempt_at is not null", name="message_due"),
        sa.CheckConstraint("state <> 'delivered' or delivered_at is not null", name="message_delivered"),
        sa.CheckConstraint("state <> 'failed' or reason is not null", name="message_failed"),
        sa.CheckConstraint("(document_key is null) = (document_sha256 is null)", name="message_document"),
        sa.CheckConstraint("sending >= 0 and attempts >= 0", name="message_counts"),
        schema=SCHEMA,
    )
    queued, sending = sa.text("state = 'queued'"), sa.text("state = 'sending'")
    op.create_index("message_queue", "message", ["next_attempt_at"], schema=SCHEMA, postgresql_where=queued)
    op.create_index("message_leases", "message", ["lease_until"], schema=SCHEMA, postgresql_where=sending)
    op.create_index("message_by_member", "message", ["member_id", "id"], schema=SCHEMA)
    op.create_index("message_by_state", "message", ["fund", "state", "id"], schema=SCHEMA)


def _delivery_attempt() -> None:
    op.create_table(
        "delivery_attempt",
        sa.Column("message_id", sa.Uuid, sa.ForeignKey(f"{SCHEMA}.message.id"), primary_key=True),
        sa.Column("sending", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text),
        sa.Column("code", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.CheckConstraint(
            "outcome in ('accepted', 'deferred', 'refused', 'unknown')", name="delivery_attempt_outcome"
        ),
        sa.CheckConstraint("(outcome is null) = (finished_at is null)", name="delivery_attempt_end"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("delivery_attempt", "message", "contact"):
        op.drop_table(table, schema=SCHEMA)
