"""Send deliveries by HTTP, never into a private network."""

import asyncio
import socket
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from booking_api.domain.public_address import is_public
from booking_api.domain.webhook import Attempt, signature
from booking_api.use_cases.webhook_ports import Outgoing

TIMEOUT_SECONDS = 10.0


class AddressForbidden(Exception):
    """The host's name leads to an address that no webhook may reach."""


class WebhookPost:
    """Post a signed body to the address that the host's name has now.

    The name is looked up once and that very address is called: a name that changes between the check and the call
    (DNS rebinding) leads nowhere else. Redirects are not followed.
    """

    def __init__(self, *, private_allowed: bool) -> None:
        self._private_allowed = private_allowed
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    async def send(self, outgoing: Outgoing, *, at: datetime) -> Attempt:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                status = await self._post(outgoing, at)
        except TimeoutError:
            return Attempt(at, None, "timeout")
        except AddressForbidden as error:
            return Attempt(at, None, str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Attempt(at, None, f"{type(error).__name__}: {error}"[:300])
        return Attempt(at, status, None if status < httpx.codes.BAD_REQUEST else f"HTTP {status}")

    async def _post(self, outgoing: Outgoing, at: datetime) -> int:
        delivery, webhook = outgoing.delivery, outgoing.webhook
        parts = urlsplit(webhook.url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await self._address_of(host, port)
        shown = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{shown}:{port}").geturl()
        seconds = int(at.timestamp())
        headers = {
            "host": parts.netloc,
            "content-type": "application/json",
            "user-agent": "Mutua-Webhooks/1",
            "webhook-id": str(delivery.delivery_id),
            "webhook-timestamp": str(seconds),
            "webhook-signature": signature(
                delivery.delivery_id, delivery.body, at=seconds, keys=webhook.secrets_at(at)
            ),
        }
        # The certificate is that of the name, whatever address the name has.
        extensions = {"sni_hostname": host}
        async with self._client.stream(
            "POST", target, content=delivery.body.encode(), headers=headers, extensions=extensions
        ) as answer:
            return answer.status_code

    async def _address_of(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._private_allowed and not all(is_public(one) for one in addresses):
            raise AddressForbidden(f"{host} is an address of a private network")
        return addresses[0]

    async def close(self) -> None:
        await self._client.aclose()
