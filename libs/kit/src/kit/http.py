"""The HTTP application of a service: the same shell for all of them."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlalchemy import text
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.auth import Access, Public, TokenVerifier
from kit.clock import Clock, FileClock
from kit.context import child_traceparent
from kit.demo_clock import demo_clock_router
from kit.errors import DomainError
from kit.metrics import PATH as METRICS_PATH
from kit.metrics import metrics_response, observe_request
from kit.operations import operations_router
from kit.problem import Problem, install_problems, problem_response
from kit.settings import ServiceSettings
from kit.transaction import UnitOfWork

log = structlog.get_logger(__name__)

_PROBLEM = {"model": Problem, "content": {"application/problem+json": {}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {**_PROBLEM, "description": "No token, or not valid"},
    403: {**_PROBLEM, "description": "Not allowed for this role"},
    404: {**_PROBLEM, "description": "Not there, or not yours"},
    409: {**_PROBLEM, "description": "The present state forbids it"},
    422: {**_PROBLEM, "description": "A field breaks a rule"},
}


class RouteWithoutPolicy(RuntimeError):
    """A route declares neither Access nor Public."""


def create_app(  # noqa: PLR0913 (what a service hands over once, at start)
    *,
    service: str,
    title: str,
    description: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    problems: Mapping[type[DomainError], int],
    uow: UnitOfWork[Any],
    clock: Clock,
    verifier: TokenVerifier | None = None,
) -> FastAPI:
    """Assemble the application of a service.

    Raises: RouteWithoutPolicy when a route declares no policy: the default is to refuse.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await uow.close()

    app = FastAPI(
        title=title,
        description=description,
        version="1.0.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=RESPONSES,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.clock = clock
    app.state.verifier = verifier or TokenVerifier.from_jwks(
        issuer=settings.issuer_url, audience=settings.audience, jwks_url=settings.jwks_url
    )
    install_problems(app, problems)
    app.include_router(_health_router(uow))
    app.include_router(operations_router(service, uow))
    if service == "claims" and isinstance(clock, FileClock):
        app.include_router(demo_clock_router(clock))
    for router in routers:
        app.include_router(router)
    refuse_open_routes(app)
    app.add_middleware(RequestShell, service=service)
    return app


def refuse_open_routes(app: FastAPI) -> None:
    """Fail when a route declares no policy."""
    # Routers are included lazily: `app.routes` alone shows the routers and not their routes.
    routes = [route for route in iter_route_contexts(app.routes) if route.path != app.openapi_url]
    open_routes = [str(route.path) for route in routes if not _has_policy(getattr(route, "dependant", None))]
    if open_routes:
        raise RouteWithoutPolicy(f"declare Access(...) or Public() on: {', '.join(open_routes)}")


def _has_policy(dependant: Dependant | None) -> bool:
    if dependant is None:
        return False
    return any(isinstance(one.call, Access | Public) or _has_policy(one) for one in dependant.dependencies)


def _health_router(uow: UnitOfWork[Any]) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(Public())])

    @router.get("/healthz")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/readyz")
    async def ready() -> dict[str, str]:
        async with uow.database.engine.connect() as conn:
            await conn.execute(text("select 1"))
        return {"status": "ready"}

    # The gateway has no route that leads here: it is for whoever reaches the service's own port.
    @router.get(METRICS_PATH)
    async def figures() -> Response:
        return metrics_response()

    return router


class RequestShell:
    """Give every request its id and trace, log it by its route, and answer a crash with a problem document."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        state = scope.setdefault("state", {})
        state["request_id"] = headers.get(b"x-request-id") or str(uuid4())
        state["traceparent"] = child_traceparent(headers.get(b"traceparent"))
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", state["request_id"].encode("latin-1")),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            log.exception("request_crashed", request_id=state["request_id"], trace=state["traceparent"])
            detail = "an unexpected error; give the request_id to the operators of the system"
            response = problem_response(Request(scope), status=500, code="internal_error", detail=detail)
            await response(scope, receive, send_with_id)
        finally:
            self._log(scope, state, status, time.perf_counter() - started)

    def _log(self, scope: Scope, state: dict[str, Any], status: int, seconds: float) -> None:
        if scope["path"] in {"/healthz", "/readyz", METRICS_PATH}:
            return
        # The template, never the path: a path may hold a person's id.
        route = getattr(scope.get("route"), "path", "unmatched")
        observe_request(service=self._service, method=scope["method"], route=route, status=status, seconds=seconds)
        log.info(
            "request",
            service=self._service,
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            request_id=state["request_id"],
            trace=state["traceparent"],
        )
