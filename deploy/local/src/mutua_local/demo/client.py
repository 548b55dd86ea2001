"""A caller of the gateway: every call of the demo goes through it, with a token of identity-svc."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import uuid4

import httpx

R = TypeVar("R")

PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.15


class CallRefused(RuntimeError):
    """The gateway or a service refused a call."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.problem: dict[str, Any] = {}
        if "json" in response.headers.get("content-type", ""):
            self.problem = response.json()
        request = response.request
        detail = self.problem.get("detail") or response.text[:300]
        fields = "; ".join(f"{e['pointer']}: {e['message']}" for e in self.problem.get("errors", []))
        super().__init__(f"{request.method} {request.url.path} → {self.status}: {detail} {fields}".strip())


class Caller:
    """One person or machine at the gateway."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = self._headers | content.pop("headers", {})
        response = await self._http.request(method, path, headers=headers, **content)
        if response.is_error:
            raise CallRefused(response)
        return response

    async def get(self, path: str, **params: Any) -> Any:
        """Read a resource."""
        return (await self._send("GET", path, params=params)).json()

    async def fetch(self, path: str) -> bytes:
        """Read a file."""
        return (await self._send("GET", path)).content

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        """Bring a resource to a state."""
        return (await self._send("PUT", path, json=body)).json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Do something once: the key makes a repeated call harmless."""
        headers = {"Idempotency-Key": str(uuid4())}
        return (await self._send("POST", path, json=body or {}, headers=headers)).json()

    async def post_file(self, path: str, content: bytes, media_type: str, **params: str) -> Any:
        """Hand in a file as the body."""
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": media_type}
        return (await self._send("POST", path, content=content, headers=headers, params=params)).json()

    async def upload(self, kind: str, name: str, content: bytes, **fields: str) -> str:
        """Upload a document and return its id; staff name the member in a further field."""
        headers = {"Idempotency-Key": str(uuid4())}
        files = {"file": (name, content, "application/pdf")}
        answer = await self._send("POST", "/v1/documents", data={"kind": kind, **fields}, files=files, headers=headers)
        return str(answer.json()["document_id"])


async def eventually(what: str, look: Callable[[], Awaitable[R | None]]) -> R:
    """Look again until there is something to see; events take a moment.

    Raises: TimeoutError when there is nothing after a minute.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = await look()
                if found is not None:
                    return found
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise TimeoutError(f"waited {PATIENCE_SECONDS:.0f} s in vain for {what}") from None
