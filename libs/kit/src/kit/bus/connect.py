"""Choose the transport by the scheme of its address."""

from kit.bus.memory import MemoryBus
from kit.bus.port import Bus
from kit.bus.postgres import PostgresBus


async def connect(url: str) -> Bus:
    """Connect to the bus of `amqp(s)://`, `postgresql://` or `memory://`."""
    scheme = url.split("://", 1)[0]
    if scheme in {"amqp", "amqps"}:
        from kit.bus.rabbitmq import RabbitBus  # noqa: PLC0415 (its client is a sixth of what a worker loads)

        return await RabbitBus.connect(url)
    if scheme == "postgresql":
        return await PostgresBus.connect(url)
    if scheme == "memory":
        return MemoryBus()
    raise ValueError(f"no bus for {scheme}://")
