"""The bus: what the services need of a transport, and nothing more.

Contract of every adapter: `publish` returns when every event is durable in every bound queue; delivery is at least
once; events of one subject reach a queue in the order of their publishing; a handler that returns acknowledges its
batch, one that raises gets the batch again.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kit.events import Envelope

# What follows an event within this time goes on together with others, at each step; a single event waits for nothing.
GATHER_SECONDS = 0.05

Handler = Callable[[Sequence[Envelope]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue and the event types bound to it (AMQP topic patterns: `*` one word, `#` any words)."""

    name: str
    bindings: tuple[str, ...]


class Bus(Protocol):
    """Carry events between services."""

    async def declare(self, queue: Queue) -> None:
        """Make the queue and bind it."""
        ...

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Make every event durable in every bound queue."""
        ...

    async def consume(self, queue: Queue, handler: Handler, *, prefetch: int = 100) -> None:
        """Hand batches to the handler until cancelled."""
        ...

    async def close(self) -> None:
        """Let go of the transport."""
        ...


def topic_regex(pattern: str) -> str:
    """Turn an AMQP topic pattern into a regular expression that Python and PostgreSQL both read."""
    out = "^"
    for position, word in enumerate(pattern.split(".")):
        if word == "#":
            out += "([^.]+([.][^.]+)*)?" if position == 0 else "([.][^.]+)*"
        else:
            out += ("" if position == 0 else "[.]") + ("[^.]+" if word == "*" else re.escape(word))
    return out + "$"
