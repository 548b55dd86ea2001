"""The tables of the webhooks."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from booking_api.adapters.tables import facility, metadata

webhook = Table(
    "webhook",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("facility_id", Uuid, ForeignKey(facility.c.facility_id), nullable=False),
    Column("url", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text),
    Column("old_secret_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("disabled_because", Text),
    Column("failing_since", DateTime(timezone=True)),
    CheckConstraint(
        "cardinality(kinds) > 0 and kinds <@ array['authorisation', 'cancellation', 'payment']", name="webhook_kinds"
    ),
    CheckConstraint("active = (disabled_because is null)", name="webhook_disabled"),
    CheckConstraint("(old_secret is null) = (old_secret_until is null)", name="webhook_old_secret"),
    Index("webhook_of_facility", "facility_id"),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("webhook_id", Uuid, ForeignKey(webhook.c.webhook_id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", DateTime(timezone=True)),
    # Until then another worker leaves it alone: the one that took it is sending.
    Column("taken_until", DateTime(timezone=True)),
    Column("last_status", Integer),
    Column("last_fault", Text),
    Column("delivered_at", DateTime(timezone=True)),
    CheckConstraint("state in ('pending', 'delivered', 'given_up')", name="webhook_delivery_state"),
    CheckConstraint("(state = 'pending') = (next_attempt_at is not null)", name="webhook_delivery_next"),
    CheckConstraint("(state = 'delivered') = (delivered_at is not null)", name="webhook_delivery_delivered"),
    Index("webhook_delivery_page", "webhook_id", "delivery_id"),
    Index("webhook_delivery_due", "webhook_id", "next_attempt_at", postgresql_where=text("state = 'pending'")),
)
