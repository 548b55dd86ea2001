"""Give a batch to its handler until it is taken, whatever the transport."""

import asyncio
from collections.abc import Sequence

import structlog

from kit.bus.port import Handler
from kit.events import Envelope

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 5.0


async def hand_over(handler: Handler, batch: Sequence[Envelope]) -> None:
    """Call the handler again, ever more slowly, until it returns.

    A batch fails here only for want of the database. Giving it back to a broker would count against the delivery
    limit and end it as a dead letter during a longer outage.
    """
    delay = RETRY_SECONDS
    while True:
        try:
            await handler(batch)
        except Exception as error:  # noqa: BLE001 (the contract: whatever is raised, the batch comes again)
            log.warning("batch_failed", error=type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_RETRY_SECONDS)
        else:
            return
