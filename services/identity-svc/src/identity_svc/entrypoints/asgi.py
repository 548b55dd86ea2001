"""The web process: `uvicorn identity_svc.entrypoints.asgi:application`."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_svc.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from kit.log import configure_logging

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class BoundedApplication:
    """Serve a bounded number of requests at once; the others wait.

    Django opens a thread and a database connection for each request: a burst would use up the server's connections,
    which all services share.
    """

    def __init__(self, app: App, limit: int) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(limit)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        async with self._turns:
            await self._app(scope, receive, send)

    @staticmethod
    async def _live(receive: Receive, send: Send) -> None:
        # Django knows no lifespan: nothing to prepare, nothing to close.
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})


def without_path(record: logging.LogRecord) -> bool:
    """Name a crashed request by its id: its path may hold a person's name or a reset key."""
    record.msg = f"request_crashed {record.request.request_id}" if hasattr(record, "request") else record.msg
    record.args = ()
    return True


configure_logging(settings.ENVIRONMENT.log_level)
# Refusals are in the line of their request already.
logging.getLogger("django.request").setLevel(logging.ERROR)
logging.getLogger("django.request").addFilter(without_path)
application = BoundedApplication(get_asgi_application(), settings.ENVIRONMENT.max_concurrent_requests)
