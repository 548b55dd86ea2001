"""The bus over RabbitMQ: topic exchange, quorum queues, publisher confirms."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import aio_pika
import orjson
import structlog
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection

from kit.bus.delivery import hand_over
from kit.bus.port import Handler, Queue
from kit.events import Envelope

log = structlog.get_logger(__name__)

EXCHANGE = "mutua"
DEAD_LETTERS = "mutua.dead"
CONFIRM_WINDOW = 100
PUBLISH_SECONDS = 10.0
DELIVERY_LIMIT = 50
RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 5.0


class RabbitBus:
    """Durable, confirmed, one active consumer per queue."""

    def __init__(self, connection: AbstractRobustConnection) -> None:
        self._connection = connection

    @classmethod
    async def connect(cls, url: str) -> "RabbitBus":
        """Connect, waiting for a broker that is still starting."""
        delay = RETRY_SECONDS
        while True:
            try:
                bus = cls(await aio_pika.connect_robust(url, heartbeat=15, timeout=10))
                await bus.open()
            except (OSError, aio_pika.exceptions.AMQPError) as error:
                log.warning("broker_not_reachable", error=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_RETRY_SECONDS)
            else:
                return bus

    async def open(self) -> None:
        """Open the publishing channel and the exchanges."""
        self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=False)
        self._exchange = await self._channel.declare_exchange(EXCHANGE, "topic", durable=True)
        self._dead = await self._channel.declare_exchange(DEAD_LETTERS, "direct", durable=True)

    async def declare(self, queue: Queue) -> None:
        """Make the quorum queue, its dead-letter queue and the bindings."""
        dead = await self._channel.declare_queue(
            f"{queue.name}.dead", durable=True, arguments={"x-queue-type": "quorum"}
        )
        await dead.bind(self._dead, queue.name)
        declared = await self._channel.declare_queue(
            queue.name,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-single-active-consumer": True,
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": DEAD_LETTERS,
                "x-dead-letter-routing-key": queue.name,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        for pattern in queue.bindings:
            await declared.bind(self._exchange, pattern)

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Publish in windows of pipelined confirms; a lost confirm fails the batch, which is then published again."""
        for start in range(0, len(batch), CONFIRM_WINDOW):
            window = batch[start : start + CONFIRM_WINDOW]
            await asyncio.gather(
                *(
                    # A publish hangs for ever while the broker is away, hence the timeout.
                    self._exchange.publish(_message(event), event.type, mandatory=False, timeout=PUBLISH_SECONDS)
                    for event in window
                )
            )

    async def consume(self, queue: Queue, handler: Handler, *, prefetch: int = 100) -> None:
        """Hand batches to the handler until cancelled."""
        while True:
            try:
                await self._session(queue, handler, prefetch)
            except (OSError, aio_pika.exceptions.AMQPError, RuntimeError, TimeoutError) as error:
                log.warning("consumer_interrupted", queue=queue.name, error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _session(self, queue: Queue, handler: Handler, prefetch: int) -> None:
        channel = await self._connection.channel()
        try:
            await channel.set_qos(prefetch_count=prefetch)
            source = await channel.get_queue(queue.name)
            arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
            await source.consume(arrived.put)
            while True:
                messages = [await arrived.get()]
                while not arrived.empty() and len(messages) < prefetch:
                    messages.append(arrived.get_nowait())
                await hand_over(handler, [_envelope(message) for message in messages])
                await messages[-1].ack(multiple=True)
        finally:
            with contextlib.suppress(aio_pika.exceptions.AMQPError, RuntimeError):
                await channel.close()

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


def _message(event: Envelope) -> aio_pika.Message:
    return aio_pika.Message(
        orjson.dumps(event.data),
        message_id=str(event.id),
        type=event.type,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={
            "cloudEvents:source": event.source,
            "cloudEvents:subject": event.subject,
            "cloudEvents:time": event.time.isoformat(),
            "fund": event.fund,
            "traceparent": event.traceparent or "",
        },
    )


def _envelope(message: AbstractIncomingMessage) -> Envelope:
    headers = message.headers
    return Envelope(
        id=UUID(message.message_id),
        type=message.type or "",
        source=str(headers["cloudEvents:source"]),
        subject=str(headers["cloudEvents:subject"]),
        time=datetime.fromisoformat(str(headers["cloudEvents:time"])),
        fund=str(headers["fund"]),
        traceparent=str(headers["traceparent"]) or None,
        data=orjson.loads(message.body),
    )
