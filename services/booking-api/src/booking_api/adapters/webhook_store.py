"""Webhooks and their deliveries in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    DateTime,
    Integer,
    RowMapping,
    Text,
    Uuid,
    any_,
    bindparam,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql

from booking_api.adapters.webhook_tables import webhook, webhook_delivery
from booking_api.domain.booking import Booking
from booking_api.domain.errors import DeliveryNotFound, WebhookNotFound
from booking_api.domain.webhook import Delivery, DeliveryState, Webhook, WebhookKind
from booking_api.domain.webhook_data import booking_data, kind_of
from booking_api.use_cases.webhook_ports import DeliveryFilter, Outgoing
from kit.ids import new_id
from kit.transaction import Transaction

w, d = webhook.c, webhook_delivery.c
_WEBHOOK = Webhook.__dataclass_fields__
_DELIVERY = Delivery.__dataclass_fields__


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


_webhook_id, _facility_id = bindparam("webhook_id", type_=Uuid()), bindparam("facility_id", type_=Uuid())
_state, _after = bindparam("state", type_=Text()), bindparam("after", type_=Uuid())
_OF_FACILITY = select(webhook).where(w.facility_id == _facility_id).order_by(w.webhook_id)
_LOCK = (
    select(webhook)
    .where(w.webhook_id == _webhook_id, or_(_facility_id == null(), w.facility_id == _facility_id))
    .with_for_update()
)
_put = postgresql.insert(webhook)
_PUT = _put.on_conflict_do_update(
    index_elements=[w.webhook_id],
    set_={name: _put.excluded[name] for name in _WEBHOOK if name not in {"webhook_id", "facility_id", "created_at"}},
)
_INSERT = insert(webhook_delivery)
_PAGE = (
    select(webhook_delivery)
    .where(
        d.webhook_id == _webhook_id,
        or_(_state == null(), d.state == _state),
        or_(_after == null(), d.delivery_id < _after),
    )
    .order_by(d.delivery_id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_LOCK_DELIVERY = (
    select(webhook_delivery)
    .where(d.delivery_id == bindparam("delivery_id", type_=Uuid()), d.webhook_id == _webhook_id)
    .with_for_update()
)
_SAVE = update(webhook_delivery).where(d.delivery_id == bindparam("key", type_=Uuid()))
_REPLAY = (
    update(webhook_delivery)
    .where(
        d.webhook_id == bindparam("of_webhook", type_=Uuid()),
        d.created_at >= _moment("since"),
        d.state == any_(bindparam("states", type_=postgresql.ARRAY(Text()))),
    )
    .values(state="pending", attempts=0, next_attempt_at=_moment("now"), delivered_at=None, taken_until=None)
)
# A few of each webhook at a time: a receiver that is slow or down does not hold up the others.
_due = (
    select(d.delivery_id)
    .where(
        d.webhook_id == w.webhook_id,
        d.state == literal("pending"),
        d.next_attempt_at <= _moment("now"),
        or_(d.taken_until == null(), d.taken_until <= _moment("now")),
    )
    .order_by(d.next_attempt_at, d.delivery_id)
    .limit(bindparam("each", type_=Integer()))
    .with_for_update(skip_locked=True)
    .lateral("due")
)
_TAKE = (
    update(webhook_delivery)
    .where(
        d.delivery_id.in_(
            select(_due.c.delivery_id)
            .select_from(webhook.join(_due, true()))
            .where(w.active, w.fund == bindparam("of_fund", type_=Text()))
            .limit(bindparam("limit", type_=Integer()))
            .scalar_subquery()
        )
    )
    .values(taken_until=_moment("until"))
    .returning(webhook_delivery)
)
_WEBHOOKS = select(webhook).where(w.webhook_id == any_(bindparam("ids", type_=postgresql.ARRAY(Uuid()))))


class PostgresWebhookStore:
    """The webhooks of the transaction's fund."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def announce_changes(self, booking: Booking) -> None:
        """Announce each change of a booking since it was loaded that concerns its facility."""
        for change in booking.changes:
            kind = kind_of(change)
            if kind is not None:
                await self.announce(booking.facility.facility_id, kind, booking_data(booking, change))

    async def announce(self, facility_id: UUID, kind: WebhookKind, data: Mapping[str, Any]) -> int:
        wanted = [one for one in await self.of_facility(facility_id) if one.active and kind in one.kinds]
        body = orjson.dumps({"type": kind, "timestamp": self._tx.now, "data": data}).decode()
        rows = [
            {
                "delivery_id": new_id(),
                "fund": self._tx.fund,
                "webhook_id": one.webhook_id,
                "kind": kind,
                "body": body,
                "created_at": self._tx.now,
                "state": DeliveryState.PENDING,
                "attempts": 0,
                "next_attempt_at": self._tx.now,
            }
            for one in wanted
        ]
        if rows:
            await self._tx.conn.execute(_INSERT, rows)
        return len(rows)

    async def of_facility(self, facility_id: UUID) -> Sequence[Webhook]:
        rows = await self._tx.conn.execute(_OF_FACILITY, {"facility_id": facility_id})
        return [_webhook_of(row) for row in rows.mappings()]

    async def lock(self, webhook_id: UUID, facility_id: UUID | None = None) -> Webhook:
        found = await self._tx.conn.execute(_LOCK, {"webhook_id": webhook_id, "facility_id": facility_id})
        row = found.mappings().one_or_none()
        if row is None:
            raise WebhookNotFound("Il webhook non esiste")
        return _webhook_of(row)

    async def put(self, webhook: Webhook) -> None:
        row = {name: getattr(webhook, name) for name in _WEBHOOK}
        await self._tx.conn.execute(_PUT, row | {"fund": self._tx.fund, "kinds": [str(kind) for kind in webhook.kinds]})

    async def deliveries(self, wanted: DeliveryFilter) -> Sequence[Delivery]:
        parameters = {
            "webhook_id": wanted.webhook_id,
            "state": wanted.state,
            "after": wanted.after,
            "limit": wanted.limit,
        }
        return [_delivery_of(row) for row in (await self._tx.conn.execute(_PAGE, parameters)).mappings()]

    async def lock_delivery(self, delivery_id: UUID, webhook_id: UUID) -> Delivery:
        found = await self._tx.conn.execute(_LOCK_DELIVERY, {"delivery_id": delivery_id, "webhook_id": webhook_id})
        row = found.mappings().one_or_none()
        if row is None:
            raise DeliveryNotFound("La consegna non esiste")
        return _delivery_of(row)

    async def save_delivery(self, delivery: Delivery) -> None:
        changing = ("state", "attempts", "next_attempt_at", "last_status", "last_fault", "delivered_at")
        values = {name: getattr(delivery, name) for name in changing}
        await self._tx.conn.execute(_SAVE, {"key": delivery.delivery_id, "taken_until": None} | values)

    async def replay_since(self, webhook_id: UUID, since: datetime, states: Sequence[DeliveryState]) -> int:
        parameters = {"of_webhook": webhook_id, "since": since, "states": [str(one) for one in states]}
        return (await self._tx.conn.execute(_REPLAY, parameters | {"now": self._tx.now})).rowcount

    async def take_due(self, *, limit: int, each: int, until: datetime) -> Sequence[Outgoing]:
        parameters = {"of_fund": self._tx.fund, "now": self._tx.now, "limit": limit, "each": each, "until": until}
        taken = [_delivery_of(row) for row in (await self._tx.conn.execute(_TAKE, parameters)).mappings()]
        if not taken:
            return []
        rows = await self._tx.conn.execute(_WEBHOOKS, {"ids": [one.webhook_id for one in taken]})
        webhooks = {row["webhook_id"]: _webhook_of(row) for row in rows.mappings()}
        return [Outgoing(one, webhooks[one.webhook_id]) for one in sorted(taken, key=lambda one: one.delivery_id)]


def _webhook_of(row: RowMapping) -> Webhook:
    kinds = tuple(WebhookKind(kind) for kind in row["kinds"])
    return Webhook(**{name: row[name] for name in _WEBHOOK} | {"kinds": kinds})


def _delivery_of(row: RowMapping) -> Delivery:
    states = {"kind": WebhookKind(row["kind"]), "state": DeliveryState(row["state"])}
    return Delivery(**{name: row[name] for name in _DELIVERY} | states)
