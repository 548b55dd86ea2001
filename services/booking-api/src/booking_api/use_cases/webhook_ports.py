"""What the webhooks need of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from booking_api.domain.webhook import Attempt, Delivery, DeliveryState, Webhook, WebhookKind


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries a list shows, newest first, `after` the last one of the page before."""

    webhook_id: UUID
    state: DeliveryState | None = None
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery that this worker has taken, with the webhook that it goes to."""

    delivery: Delivery
    webhook: Webhook


class WebhookStore(Protocol):
    """Webhooks and their deliveries."""

    async def announce(self, facility_id: UUID, kind: WebhookKind, data: Mapping[str, Any]) -> int:
        """Write one delivery for each active webhook of a facility that wants this kind; return how many."""
        ...

    async def of_facility(self, facility_id: UUID) -> Sequence[Webhook]:
        """Return a facility's webhooks, oldest first."""
        ...

    async def lock(self, webhook_id: UUID, facility_id: UUID | None = None) -> Webhook:
        """Return a webhook and keep others from changing it until the commit.

        Raises: WebhookNotFound, also for another facility's.
        """
        ...

    async def put(self, webhook: Webhook) -> None:
        """Write a webhook."""

    async def deliveries(self, wanted: DeliveryFilter) -> Sequence[Delivery]:
        """Return one page of deliveries."""
        ...

    async def lock_delivery(self, delivery_id: UUID, webhook_id: UUID) -> Delivery:
        """Return a delivery and keep others from changing it until the commit.

        Raises: DeliveryNotFound.
        """
        ...

    async def save_delivery(self, delivery: Delivery) -> None:
        """Write a delivery and give it free for whoever takes it next."""

    async def replay_since(self, webhook_id: UUID, since: datetime, states: Sequence[DeliveryState]) -> int:
        """Let the deliveries since a moment begin again and return how many."""
        ...

    async def take_due(self, *, limit: int, each: int, until: datetime) -> Sequence[Outgoing]:
        """Take deliveries that are due, at most `each` of one webhook, and keep them from others until a moment."""
        ...


class WebhookSender(Protocol):
    """Send one delivery over the network."""

    async def send(self, outgoing: Outgoing, *, at: datetime) -> Attempt:
        """Try once; whatever goes wrong on the way is in the attempt."""
        ...
