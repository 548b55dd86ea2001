"""The bus inside one process, for unit tests."""

import asyncio
import re
from collections.abc import Sequence

from kit.bus.delivery import hand_over
from kit.bus.port import Handler, Queue, topic_regex
from kit.events import Envelope


class MemoryBus:
    """Queues in memory; a failing batch comes again."""

    def __init__(self) -> None:
        self._queues: dict[str, asyncio.Queue[Envelope]] = {}
        self._bindings: dict[str, list[re.Pattern[str]]] = {}

    async def declare(self, queue: Queue) -> None:
        """Make the queue and bind it."""
        self._queues.setdefault(queue.name, asyncio.Queue())
        self._bindings[queue.name] = [re.compile(topic_regex(pattern)) for pattern in queue.bindings]

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Put every event in every bound queue."""
        for event in batch:
            for name, patterns in self._bindings.items():
                if any(pattern.match(event.type) for pattern in patterns):
                    self._queues[name].put_nowait(event)

    async def consume(self, queue: Queue, handler: Handler, *, prefetch: int = 100) -> None:
        """Hand batches to the handler until cancelled."""
        source = self._queues[queue.name]
        while True:
            batch = [await source.get()]
            while not source.empty() and len(batch) < prefetch:
                batch.append(source.get_nowait())
            await hand_over(handler, batch)

    async def close(self) -> None:
        """Nothing to let go of."""
