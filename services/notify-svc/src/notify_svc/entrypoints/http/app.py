"""The HTTP application of notify-svc."""

from fastapi import FastAPI

from kit import http
from kit.log import configure_logging
from notify_svc.bootstrap import Services, build
from notify_svc.entrypoints.http.bounces import bounces_router
from notify_svc.entrypoints.http.messages import messages_router
from notify_svc.entrypoints.http.preferences import preferences_router
from notify_svc.entrypoints.http.problems import PROBLEMS
from notify_svc.entrypoints.http.templates import templates_router
from notify_svc.settings import NotifySettings


def app_of(services: Services) -> FastAPI:
    return http.create_app(
        service="notify",
        title="Mutua messages",
        description="Messages to members: written from events, sent once, kept as history.",
        settings=services.settings,
        routers=[
            messages_router(services),
            bounces_router(services),
            preferences_router(services),
            templates_router(services),
        ],
        problems=PROBLEMS,
        uow=services.uow,
        clock=services.clock,
        verifier=services.verifier,
    )


def create_app() -> FastAPI:
    settings = NotifySettings()
    configure_logging(settings.log_level)
    return app_of(build(settings))
