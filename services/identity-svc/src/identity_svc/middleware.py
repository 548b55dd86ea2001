# mypy: disallow-subclassing-any=False
"""What surrounds every request: its id and log line, its pinned origin, the static files."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from kit.context import child_traceparent

log = structlog.get_logger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
QUIET_PATHS = frozenset({"/healthz", "/readyz"})
# No script at all; the picture of the second factor's secret is a data: address.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)


class RequestShell:
    """Give a request its id and trace, log it by its route, and forbid its page every foreign content."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = request.headers.get("x-request-id") or str(uuid4())
        request.traceparent = child_traceparent(request.headers.get("traceparent"))
        response = self._get_response(request)
        response["X-Request-Id"] = request.request_id
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if request.path not in QUIET_PATHS:
            self._log(request, response, time.perf_counter() - started)
        return response

    @staticmethod
    def _log(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        # The template, never the path: a path may hold a person's name or a reset key.
        log.info(
            "request",
            service="identity",
            method=request.method,
            route=request.resolver_match.route if request.resolver_match else "unmatched",
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            request_id=request.request_id,
            trace=request.traceparent,
        )


class PinnedOrigin:
    """Let every URL be built on the configured public origin.

    allauth takes the issuer's endpoints and the links in mails from the Host header: behind a gateway that header
    is an inner address, and from an attacker it is a trap in somebody's mail.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["HTTP_HOST"] = settings.PUBLIC_HOST
        request.META["HTTP_X_FORWARDED_PROTO"] = settings.PUBLIC_SCHEME
        return self._get_response(request)


class StaticFiles(WhiteNoiseMiddleware):
    """Serve the few small files from memory: a streamed file makes Django warn under ASGI."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
