"""The worker's turn with the webhooks: take what is due, send it, note what came of it."""

import asyncio
import random
from datetime import timedelta

from booking_api.bootstrap import Services
from booking_api.use_cases.record_attempt import record_attempt
from booking_api.use_cases.webhook_ports import Outgoing, WebhookSender
from kit.context import Context, new_traceparent

BATCH = 100
EACH = 5
AT_ONCE = 20
# Longer than a batch can take with every receiver at its timeout: nobody else sends what this worker is sending.
TAKEN_FOR = timedelta(minutes=2)


class WebhookCourier:
    """A worker that is killed between sending and noting sends again: the receiver knows the id."""

    def __init__(self, services: Services, sender: WebhookSender) -> None:
        self._services = services
        self._sender = sender
        self._gate = asyncio.Semaphore(AT_ONCE)

    def _context(self, fund: str) -> Context:
        return Context(
            fund=fund, actor="system:webhooks", now=self._services.clock.now(), traceparent=new_traceparent()
        )

    async def deliver_due(self) -> int:
        sent = 0
        for fund in self._services.funds:
            context = self._context(fund)
            async with self._services.uow.begin(context) as tx:
                taken = await tx.webhooks.take_due(limit=BATCH, each=EACH, until=context.now + TAKEN_FOR)
            await asyncio.gather(*(self._deliver(fund, one) for one in taken))
            sent += len(taken)
        return sent

    async def _deliver(self, fund: str, outgoing: Outgoing) -> None:
        async with self._gate:
            attempt = await self._sender.send(outgoing, at=self._services.clock.now())
            async with self._services.uow.begin(self._context(fund)) as tx:
                await record_attempt(tx, outgoing=outgoing, attempt=attempt, jitter=random.random())  # noqa: S311 (a delay, no secret)
