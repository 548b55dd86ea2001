"""The tables of the schema `notify`."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.tables import kit_tables

SCHEMA = "notify"
metadata = MetaData(schema=SCHEMA)
KIT = kit_tables(metadata)


def _time(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


contact = Table(
    "contact",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
    # Two producers' counters: one for the address, one for the person.
    Column("contact_version", Integer, nullable=False),
    Column("member_version", Integer, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("email", Text),
    Column("language", Text, nullable=False),
    Column("hard_bounces", Integer, nullable=False, server_default="0"),
    _time("email_since"),
    _time("held_since"),
)

message = Table(
    "message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("template", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("document_key", Text),
    Column("document_sha256", Text),
    Column("sending", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    _time("next_attempt_at"),
    Column("claim", Uuid),
    _time("lease_until"),
    Column("template_version", Text),
    Column("language", Text),
    _time("created_at", nullable=False),
    _time("delivered_at"),
    Column("reason", Text),
    Column("traceparent", Text),
    # One message for one event, whatever is delivered again.
    UniqueConstraint("event_id", "template", name="message_once"),
    CheckConstraint(
        "state in ('waiting_contact', 'queued', 'sending', 'delivered', 'failed', 'not_wanted')", name="message_state"
    ),
    CheckConstraint("(state = 'sending') = (claim is not null)", name="message_claim"),
    CheckConstraint("(claim is null) = (lease_until is null)", name="message_lease"),
    CheckConstraint("state <> 'queued' or next_attempt_at is not null", name="message_due"),
    CheckConstraint("state <> 'delivered' or delivered_at is not null", name="message_delivered"),
    CheckConstraint("state <> 'failed' or reason is not null", name="message_failed"),
    CheckConstraint("(document_key is null) = (document_sha256 is null)", name="message_document"),
    CheckConstraint("sending >= 0 and attempts >= 0", name="message_counts"),
)
Index("message_queue", message.c.next_attempt_at, postgresql_where=text("state = 'queued'"))
Index("message_leases", message.c.lease_until, postgresql_where=text("state = 'sending'"))
Index("message_by_member", message.c.member_id, message.c.id)
Index("message_by_state", message.c.fund, message.c.state, message.c.id)

delivery_attempt = Table(
    "delivery_attempt",
    metadata,
    Column("message_id", Uuid, ForeignKey(message.c.id), primary_key=True),
    Column("sending", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("fund", Text, nullable=False),
    _time("started_at", nullable=False),
    _time("finished_at"),
    Column("outcome", Text),
    Column("code", Integer),
    Column("answer", Text),
    CheckConstraint("outcome in ('accepted', 'deferred', 'refused', 'unknown')", name="delivery_attempt_outcome"),
    CheckConstraint("(outcome is null) = (finished_at is null)", name="delivery_attempt_end"),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("data", JSONB, nullable=False),
    _time("opened_at", nullable=False),
    Column("state", Text, nullable=False),
    _time("noticed_at"),
    _time("ended_at"),
    Column("traceparent", Text),
    # One series for one event, whatever is delivered again.
    UniqueConstraint("event_id", "kind", "number", name="reminder_once"),
    CheckConstraint("state in ('planned', 'sent', 'missed', 'stopped')", name="reminder_state"),
    CheckConstraint("(state = 'planned') = (ended_at is null)", name="reminder_end"),
    CheckConstraint("last_on >= due_on", name="reminder_days"),
)
Index("reminder_due", reminder.c.due_on, postgresql_where=text("state = 'planned'"))
Index("reminder_about", reminder.c.subject_id, postgresql_where=text("state = 'planned'"))

account_change = Table(
    "account_change",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
    # The producer's time: payments tell of missing accounts on another way, which may be slower or faster.
    _time("changed_at", nullable=False),
)

bounce = Table(
    "bounce",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("fund", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey(message.c.id), nullable=False),
    Column("sending", Integer, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("diagnostic", Text, nullable=False),
    _time("received_at", nullable=False),
    # A mail server may send its report again.
    UniqueConstraint("message_id", "sending", name="bounce_once"),
    CheckConstraint(r"status ~ '^[45]\.\d{1,3}\.\d{1,3}$'", name="bounce_status"),
)
Index("bounce_by_member", bounce.c.member_id, bounce.c.id)

preference = Table(
    "preference",
    metadata,
    Column("fund", Text, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
    Column("declined", ARRAY(Text), nullable=False),
    _time("changed_at", nullable=False),
)
