"""Who asks, for which fund, when and under which trace: passed explicitly to every transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one transaction.

    Shapes: `actor` is `member:<sub>`, `operator:<sub>`, `client:<id>` or `system:<service>`; `traceparent` is the W3C
    header; `now` is aware UTC.
    """

    fund: str
    actor: str
    now: datetime
    request_id: str | None = None
    traceparent: str | None = None


def new_traceparent() -> str:
    """Start a new W3C trace."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_traceparent(parent: str | None) -> str:
    """Continue a trace with a new span id, or start one when there is no valid parent."""
    parts = (parent or "").split("-")
    if len(parts) != 4 or len(parts[1]) != 32 or len(parts[2]) != 16:  # noqa: PLR2004 (sizes of the W3C header)
        return new_traceparent()
    return f"00-{parts[1]}-{secrets.token_hex(8)}-{parts[3]}"
