"""Tables that every service has in its own schema: outbox, inbox, parked events, idempotency keys, audit."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB


@dataclass(frozen=True, slots=True)
class KitTables:
    """The kit's tables inside one service's metadata."""

    outbox: Table
    inbox: Table
    parked_event: Table
    idempotency_key: Table
    audit_entry: Table


KIT_TABLE_NAMES = ("outbox", "inbox", "parked_event", "idempotency_key", "audit_entry")


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _event_columns() -> list[Column[object]]:
    return [
        Column("type", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("subject", Text, nullable=False),
        _time("time"),
        Column("fund", Text, nullable=False),
        Column("traceparent", Text),
        Column("data", JSONB, nullable=False),
    ]


def kit_tables(metadata: MetaData) -> KitTables:
    """Define the kit's tables in a service's metadata, whose schema is the service's."""
    outbox = Table(
        "outbox",
        metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("id", Uuid, nullable=False),
        *_event_columns(),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("fund", Text, nullable=False),
        _time("received_at"),
    )
    parked_event = Table(
        "parked_event",
        metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("id", Uuid, nullable=False, unique=True),
        *_event_columns(),
        Column("error", Text, nullable=False),
        _time("parked_at"),
        _time("released_at", nullable=True),
    )
    Index("parked_event_subject", parked_event.c.subject)
    return KitTables(outbox, inbox, parked_event, _idempotency_key(metadata), _audit_entry(metadata))


def _idempotency_key(metadata: MetaData) -> Table:
    return Table(
        "idempotency_key",
        metadata,
        Column("fund", Text, primary_key=True),
        Column("actor", Text, primary_key=True),
        Column("route", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("input_hash", LargeBinary, nullable=False),
        Column("status", Integer),
        Column("location", Text),
        Column("body", LargeBinary),
        _time("created_at"),
    )


def _audit_entry(metadata: MetaData) -> Table:
    table = Table(
        "audit_entry",
        metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("fund", Text, nullable=False),
        _time("at"),
        Column("actor", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("entity", Text, nullable=False),
        Column("entity_id", Text, nullable=False),
        Column("person_id", Uuid),
        Column("request_id", Text),
        Column("traceparent", Text),
        Column("details", JSONB, nullable=False),
    )
    Index("audit_entry_entity", table.c.entity, table.c.entity_id)
    return table
