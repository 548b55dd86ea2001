"""Ask other services over HTTP with the caller's own token: a peer that is silent is no failure of ours."""

from collections.abc import Mapping
from typing import Any

import httpx
import structlog

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 2.0


class Peer:
    """One other service."""

    def __init__(self, name: str, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._name = name
        self._client = httpx.AsyncClient(
            base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False, transport=transport, follow_redirects=False
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """Return the JSON object of a 200, else nothing."""
        try:
            answer = await self._client.request(method, path, headers=headers, params=params, json=body)
            if answer.status_code != httpx.codes.OK:
                log.warning("peer_refused", peer=self._name, status=answer.status_code)
                return None
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("peer_unavailable", peer=self._name, error=type(error).__name__)
            return None
        return found if isinstance(found, dict) else None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
