"""Webhooks: where a facility's system wants to be told, and each delivery until it arrived or was given up."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from booking_api.domain.errors import WebhookInvalid
from kit.errors import FieldError

SECRET_BYTES = 32
SECRET_OVERLAP = timedelta(hours=24)
MOST_PER_FACILITY = 10
GONE = 410

# After the first attempt; the scheme of Standard Webhooks, so that a weekend without a server loses nothing.
RETRY_AFTER: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
MOST_ATTEMPTS: Final = len(RETRY_AFTER) + 1
JITTER: Final = 0.2
DISABLED_AFTER: Final = timedelta(days=5)


class WebhookKind(StrEnum):
    """What a facility can be told."""

    AUTHORISATION = "authorisation"
    CANCELLATION = "cancellation"
    PAYMENT = "payment"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address of a facility's system.

    Shapes: `secrets` are the keys that sign, the newest first; `disabled_because` says why nothing is sent any more;
    `failing_since` is the first failure after the last success.
    """

    webhook_id: UUID
    facility_id: UUID
    url: str
    kinds: tuple[WebhookKind, ...]
    secret: str
    created_at: datetime
    active: bool = True
    disabled_because: str | None = None
    failing_since: datetime | None = None
    old_secret: str | None = None
    old_secret_until: datetime | None = None

    def secrets_at(self, moment: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at a moment: after a change the old one does for a day."""
        if self.old_secret is None or self.old_secret_until is None or moment >= self.old_secret_until:
            return (self.secret,)
        return (self.secret, self.old_secret)

    def with_new_secret(self, secret: str, *, at: datetime) -> "Webhook":
        """Return the webhook with another secret; the old one keeps signing for a day."""
        return replace(self, secret=secret, old_secret=self.secret, old_secret_until=at + SECRET_OVERLAP)

    def after(self, attempt: "Attempt", *, given_up: bool) -> "Webhook":
        """Return the webhook after an attempt: it is disabled when it is gone, or has failed for days."""
        if attempt.succeeded:
            return replace(self, failing_since=None)
        since = self.failing_since or attempt.at
        because = "gone" if attempt.status == GONE else None
        if given_up and attempt.at - since >= DISABLED_AFTER:
            because = "failing"
        if because is None:
            return replace(self, failing_since=since)
        return replace(self, failing_since=since, active=False, disabled_because=because)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver: the status of the answer, or why there was none."""

    at: datetime
    status: int | None
    fault: str | None

    @property
    def succeeded(self) -> bool:
        """Say whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 (success of HTTP)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one webhook; its id goes with every attempt, so that the receiver takes it once."""

    delivery_id: UUID
    webhook_id: UUID
    kind: WebhookKind
    body: str
    created_at: datetime
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None = None
    last_fault: str | None = None
    delivered_at: datetime | None = None

    def after(self, attempt: Attempt, *, jitter: float) -> "Delivery":
        """Return the delivery after an attempt; `jitter` in [0, 1) spreads the retries of many.

        What has arrived stays so: a second worker's failure cannot take it back.
        """
        if self.state is DeliveryState.DELIVERED:
            return self
        tried = replace(self, attempts=self.attempts + 1, last_status=attempt.status, last_fault=attempt.fault)
        if attempt.succeeded:
            return replace(tried, state=DeliveryState.DELIVERED, next_attempt_at=None, delivered_at=attempt.at)
        if tried.attempts >= MOST_ATTEMPTS or attempt.status == GONE:
            return replace(tried, state=DeliveryState.GIVEN_UP, next_attempt_at=None)
        wait = RETRY_AFTER[self.attempts] * (1 - JITTER + 2 * JITTER * jitter)
        return replace(tried, next_attempt_at=attempt.at + wait)

    def replayed(self, *, at: datetime) -> "Delivery":
        """Return the delivery as it begins again, under its old id."""
        return replace(self, state=DeliveryState.PENDING, attempts=0, next_attempt_at=at, delivered_at=None)


def new_secret() -> str:
    """Draw a secret in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(delivery_id: UUID, body: str, *, at: int, keys: tuple[str, ...]) -> str:
    """Return the header `webhook-signature`: one HMAC-SHA256 of `id.timestamp.body` for each key.

    Units: `at` is in seconds of Unix time.
    Source: Standard Webhooks 1.0, "Signature scheme".
    """
    signed = f"{delivery_id}.{at}.{body}".encode()
    return " ".join(f"v1,{_mac(key, signed)}" for key in keys)


def _mac(key: str, signed: bytes) -> str:
    try:
        raw = base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("a secret is whsec_ and base64") from None
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()


def check_address(url: str, *, plain_allowed: bool) -> None:
    """Refuse an address that no webhook may have: only https, no login in it, no fragment.

    Whether its host lies in a private network is seen anew at each delivery, when its name is looked up.

    Raises: WebhookInvalid.
    """
    try:
        parts = urlsplit(url)
        named = parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        named, parts = False, urlsplit("")
    schemes = {"https", "http"} if plain_allowed else {"https"}
    if not named or parts.scheme not in schemes or parts.username or parts.password or parts.fragment:
        message = "L'indirizzo deve essere un URL https senza credenziali"
        raise WebhookInvalid(message, errors=[FieldError("/url", "https_url", message)])
