"""Record what came of an attempt to deliver to a webhook."""

from booking_api.domain.webhook import Attempt, Delivery, DeliveryState
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.webhook_ports import Outgoing


async def record_attempt(tx: BookingTransaction, *, outgoing: Outgoing, attempt: Attempt, jitter: float) -> Delivery:
    """Note an attempt on its delivery and on its webhook, which is disabled when it is gone or fails for days.

    Raises: WebhookNotFound, DeliveryNotFound.
    """
    webhook = await tx.webhooks.lock(outgoing.webhook.webhook_id)
    delivery = await tx.webhooks.lock_delivery(outgoing.delivery.delivery_id, webhook.webhook_id)
    tried = delivery.after(attempt, jitter=jitter)
    await tx.webhooks.save_delivery(tried)
    after = webhook.after(attempt, given_up=tried.state is DeliveryState.GIVEN_UP)
    if after != webhook:
        await tx.webhooks.put(after)
    if webhook.active and not after.active:
        tx.audit("webhook_disabled", entity="webhook", entity_id=webhook.webhook_id, because=after.disabled_because)
    return tried
