"""An event as a row: the outbox and the queues over PostgreSQL keep the same columns."""

import asyncpg
import orjson

from kit.events import Envelope


def envelope_of(row: asyncpg.Record) -> Envelope:
    """Read the event that a row keeps."""
    return Envelope(
        id=row["id"],
        type=row["type"],
        source=row["source"],
        subject=row["subject"],
        time=row["time"],
        fund=row["fund"],
        traceparent=row["traceparent"],
        data=orjson.loads(row["data"]),
    )
