"""Webhooks of a facility's system."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field, JsonValue

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.webhook import Delivery, DeliveryState, Webhook, WebhookKind
from booking_api.entrypoints.http.schemas import InputModel
from booking_api.entrypoints.http.viewers import FacilityDesk, facility_of
from booking_api.use_cases import keep_webhooks
from booking_api.use_cases.webhook_ports import DeliveryFilter
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

Url = Annotated[str, Field(max_length=2000, examples=["https://gestionale.example/mutua"])]
Kinds = Annotated[list[WebhookKind], Field(min_length=1, max_length=10)]


class NewWebhook(InputModel):
    """Where to send, and what."""

    url: Url
    kinds: Kinds


class WebhookIn(NewWebhook):
    """The whole of a webhook; `active` false stops it, true starts it again."""

    active: bool


class WebhookOut(BaseModel):
    """A webhook; `disabled_because` is `by_facility`, `failing` (for five days) or `gone` (it said 410)."""

    webhook_id: UUID
    url: str
    kinds: list[WebhookKind]
    active: bool
    disabled_because: str | None
    failing_since: datetime | None
    created_at: datetime


class WebhookSecretOut(WebhookOut):
    """A webhook with its secret, which is shown in this answer only."""

    secret: str


class DeliveryOut(BaseModel):
    """One message; `delivery_id` is the header `webhook-id` of every attempt."""

    delivery_id: UUID
    kind: WebhookKind
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_fault: str | None
    created_at: datetime
    delivered_at: datetime | None
    body: dict[str, JsonValue]


class ReplayIn(InputModel):
    """Since when to send again."""

    since: AwareDatetime
    also_delivered: bool = False


class ReplayOut(BaseModel):
    """How many deliveries begin again."""

    replayed: int


State = Annotated[DeliveryState | None, Query(description="Only deliveries in this state")]


def webhooks_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
    _add_upkeep(router, services)
    _add_change(router, services)
    _add_deliveries(router, services)
    return router


def _add_upkeep(router: APIRouter, services: Services) -> None:
    uow, settings = services.uow, services.settings

    @router.post("", name="register_webhook", response_model=WebhookSecretOut, status_code=201)
    async def register(request: Request, caller: FacilityDesk, key: IdempotencyKey, body: NewWebhook) -> Response:
        """Register an address that is told of authorisations, cancellations and payments.

        Deliveries are signed as Standard Webhooks says: the header `webhook-signature` holds `v1,` and the base64 of
        HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, keyed with the bytes after `whsec_`. A delivery comes at
        least once: take each `webhook-id` once, answer 2xx within ten seconds. Otherwise it is tried ten times in about
        three days; after five days of failure the webhook is disabled.
        """

        async def work(tx: BookingsTransaction) -> WebhookSecretOut:
            made = await keep_webhooks.register_webhook(
                tx,
                facility_id=facility_of(caller),
                url=body.url,
                kinds=body.kinds,
                plain_allowed=settings.webhook_private_targets,
            )
            return WebhookSecretOut(**dict(_out(made)), secret=made.secret)

        return await run_command(request, caller, uow=uow, work=work, body=body, key=key, status=201)

    @router.get("", name="list_webhooks", response_model=Page[WebhookOut])
    async def list_(request: Request, caller: FacilityDesk) -> Response:
        """List the facility's webhooks, without their secrets."""

        async def work(tx: BookingsTransaction) -> Page[WebhookOut]:
            return Page(items=[_out(one) for one in await tx.webhooks.of_facility(facility_of(caller))])

        return await run_query(request, caller, uow=uow, work=work)


def _add_change(router: APIRouter, services: Services) -> None:
    uow, settings = services.uow, services.settings

    @router.put("/{webhook_id}", name="change_webhook", response_model=WebhookOut)
    async def change(request: Request, caller: FacilityDesk, webhook_id: UUID, body: WebhookIn) -> Response:
        """Change a webhook, stop it, or start it again after it was disabled; what waits is then sent."""

        async def work(tx: BookingsTransaction) -> WebhookOut:
            changed = await keep_webhooks.change_webhook(
                tx,
                webhook_id=webhook_id,
                facility_id=facility_of(caller),
                **body.model_dump(),
                plain_allowed=settings.webhook_private_targets,
            )
            return _out(changed)

        return await run_command(request, caller, uow=uow, work=work)

    @router.post("/{webhook_id}/secret", name="renew_webhook_secret", response_model=WebhookSecretOut)
    async def renew(request: Request, caller: FacilityDesk, webhook_id: UUID, key: IdempotencyKey) -> Response:
        """Draw a new secret, shown in this answer only; for 24 hours deliveries carry a signature of each."""

        async def work(tx: BookingsTransaction) -> WebhookSecretOut:
            made = await keep_webhooks.renew_secret(tx, webhook_id=webhook_id, facility_id=facility_of(caller))
            return WebhookSecretOut(**dict(_out(made)), secret=made.secret)

        return await run_command(request, caller, uow=uow, work=work, key=key)


def _add_deliveries(router: APIRouter, services: Services) -> None:
    uow = services.uow

    @router.get("/{webhook_id}/deliveries", name="list_webhook_deliveries", response_model=Page[DeliveryOut])
    async def deliveries(
        request: Request,
        caller: FacilityDesk,
        webhook_id: UUID,
        state: State = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List what was sent or waits, newest first, each with its last answer."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None
        wanted = DeliveryFilter(webhook_id, state, after, limit + 1)

        async def work(tx: BookingsTransaction) -> Page[DeliveryOut]:
            await tx.webhooks.lock(webhook_id, facility_of(caller))
            found = await tx.webhooks.deliveries(wanted)
            shown = found[:limit]
            next_cursor = services.cursors.write([shown[-1].delivery_id]) if len(found) > limit else None
            return Page(items=[_delivery_out(one) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=uow, work=work)

    @router.post(
        "/{webhook_id}/deliveries/{delivery_id}/replay", name="replay_webhook_delivery", response_model=DeliveryOut
    )
    async def replay(
        request: Request, caller: FacilityDesk, webhook_id: UUID, delivery_id: UUID, key: IdempotencyKey
    ) -> Response:
        """Send one delivery again, under the same `webhook-id`."""

        async def work(tx: BookingsTransaction) -> DeliveryOut:
            again = await keep_webhooks.replay_delivery(
                tx, webhook_id=webhook_id, facility_id=facility_of(caller), delivery_id=delivery_id
            )
            return _delivery_out(again)

        return await run_command(request, caller, uow=uow, work=work, key=key)

    @router.post("/{webhook_id}/replay", name="replay_webhook", response_model=ReplayOut)
    async def replay_all(
        request: Request, caller: FacilityDesk, webhook_id: UUID, key: IdempotencyKey, body: ReplayIn
    ) -> Response:
        """Send again what was given up since a moment; with `also_delivered` everything since then."""

        async def work(tx: BookingsTransaction) -> ReplayOut:
            count = await keep_webhooks.replay_since(
                tx, webhook_id=webhook_id, facility_id=facility_of(caller), **body.model_dump()
            )
            return ReplayOut(replayed=count)

        return await run_command(request, caller, uow=uow, work=work, body=body, key=key)


def _out(webhook: Webhook) -> WebhookOut:
    return WebhookOut(
        webhook_id=webhook.webhook_id,
        url=webhook.url,
        kinds=list(webhook.kinds),
        active=webhook.active,
        disabled_because=webhook.disabled_because,
        failing_since=webhook.failing_since,
        created_at=webhook.created_at,
    )


def _delivery_out(delivery: Delivery) -> DeliveryOut:
    values = {name: getattr(delivery, name) for name in DeliveryOut.model_fields if name != "body"}
    return DeliveryOut(**values, body=orjson.loads(delivery.body))
