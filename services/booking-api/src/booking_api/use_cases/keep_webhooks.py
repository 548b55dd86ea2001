"""Keep a facility's webhooks: register, change, give a new secret, replay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from booking_api.domain.errors import FacilityNotFound, WebhookInvalid
from booking_api.domain.webhook import (
    MOST_PER_FACILITY,
    Delivery,
    DeliveryState,
    Webhook,
    WebhookKind,
    check_address,
    new_secret,
)
from booking_api.use_cases.ports import BookingTransaction
from kit.errors import FieldError
from kit.ids import new_id


async def register_webhook(
    tx: BookingTransaction, *, facility_id: UUID, url: str, kinds: Sequence[WebhookKind], plain_allowed: bool
) -> Webhook:
    """Register an address of the facility's system; its secret is shown in this answer only.

    Raises: FacilityNotFound, WebhookInvalid.
    """
    check_address(url, plain_allowed=plain_allowed)
    if await tx.facilities.get(facility_id) is None:
        raise FacilityNotFound("La struttura non esiste")
    if len(await tx.webhooks.of_facility(facility_id)) >= MOST_PER_FACILITY:
        message = f"Una struttura può avere al massimo {MOST_PER_FACILITY} webhook"
        raise WebhookInvalid(message, errors=[FieldError("", "too_many_webhooks", message)])
    webhook = Webhook(new_id(), facility_id, url, tuple(sorted(set(kinds))), new_secret(), tx.now)
    await tx.webhooks.put(webhook)
    tx.audit("webhook_registered", entity="webhook", entity_id=webhook.webhook_id, kinds=[str(kind) for kind in kinds])
    return webhook


async def change_webhook(  # noqa: PLR0913 (one argument a field of the webhook)
    tx: BookingTransaction,
    *,
    webhook_id: UUID,
    facility_id: UUID,
    url: str,
    kinds: Sequence[WebhookKind],
    active: bool,
    plain_allowed: bool,
) -> Webhook:
    """Change a webhook; made active again it starts without a history of failures.

    Raises: WebhookNotFound, WebhookInvalid.
    """
    check_address(url, plain_allowed=plain_allowed)
    webhook = await tx.webhooks.lock(webhook_id, facility_id)
    changed = replace(
        webhook,
        url=url,
        kinds=tuple(sorted(set(kinds))),
        active=active,
        disabled_because=None if active else "by_facility",
        failing_since=webhook.failing_since if webhook.active else None,
    )
    await tx.webhooks.put(changed)
    tx.audit("webhook_changed", entity="webhook", entity_id=webhook_id, active=active)
    return changed


async def renew_secret(tx: BookingTransaction, *, webhook_id: UUID, facility_id: UUID) -> Webhook:
    """Give a webhook a new secret; for a day both sign, so that nothing is lost meanwhile.

    Raises: WebhookNotFound.
    """
    webhook = (await tx.webhooks.lock(webhook_id, facility_id)).with_new_secret(new_secret(), at=tx.now)
    await tx.webhooks.put(webhook)
    tx.audit("webhook_secret_renewed", entity="webhook", entity_id=webhook_id)
    return webhook


async def replay_delivery(
    tx: BookingTransaction, *, webhook_id: UUID, facility_id: UUID, delivery_id: UUID
) -> Delivery:
    """Send a delivery again under its old id, whether it had arrived or not.

    Raises: WebhookNotFound, DeliveryNotFound.
    """
    await tx.webhooks.lock(webhook_id, facility_id)
    delivery = (await tx.webhooks.lock_delivery(delivery_id, webhook_id)).replayed(at=tx.now)
    await tx.webhooks.save_delivery(delivery)
    tx.audit("webhook_replayed", entity="webhook", entity_id=webhook_id, delivery_id=str(delivery_id))
    return delivery


async def replay_since(
    tx: BookingTransaction, *, webhook_id: UUID, facility_id: UUID, since: datetime, also_delivered: bool
) -> int:
    """Send again what was given up since a moment, on demand also what had arrived; return how many.

    Raises: WebhookNotFound.
    """
    await tx.webhooks.lock(webhook_id, facility_id)
    states = [DeliveryState.GIVEN_UP] + ([DeliveryState.DELIVERED] if also_delivered else [])
    count = await tx.webhooks.replay_since(webhook_id, since, states)
    tx.audit("webhook_replayed", entity="webhook", entity_id=webhook_id, since=since.isoformat(), count=count)
    return count
