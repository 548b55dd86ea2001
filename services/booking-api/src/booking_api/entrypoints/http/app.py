"""The HTTP application of booking-api."""

from fastapi import FastAPI

from booking_api.bootstrap import Services, build
from booking_api.entrypoints.http.agendas import agendas_router
from booking_api.entrypoints.http.booking_changes import booking_changes_router
from booking_api.entrypoints.http.booking_imports import booking_imports_router
from booking_api.entrypoints.http.booking_papers import booking_papers_router, pass_keys_router
from booking_api.entrypoints.http.bookings import bookings_router
from booking_api.entrypoints.http.campaigns import campaigns_router
from booking_api.entrypoints.http.convention_managers import convention_managers_router
from booking_api.entrypoints.http.electronic_invoices import electronic_invoices_router
from booking_api.entrypoints.http.facilities import facilities_router
from booking_api.entrypoints.http.facility_desk import facility_desk_router
from booking_api.entrypoints.http.facility_invoices import facility_invoices_router
from booking_api.entrypoints.http.facility_search import facility_search_router
from booking_api.entrypoints.http.matters import matters_router
from booking_api.entrypoints.http.network_imports import network_imports_router
from booking_api.entrypoints.http.operations_centre import operations_centre_router
from booking_api.entrypoints.http.price_history import price_history_router
from booking_api.entrypoints.http.problems import PROBLEMS
from booking_api.entrypoints.http.remittances import remittances_router
from booking_api.entrypoints.http.slots import slots_router
from booking_api.entrypoints.http.webhooks import webhooks_router
from booking_api.settings import BookingSettings
from kit import http
from kit.log import configure_logging


def app_of(services: Services) -> FastAPI:
    return http.create_app(
        service="bookings",
        title="Mutua bookings",
        description="Facilities of the network, and direct bookings from the request to the closed invoice.",
        settings=services.settings,
        routers=[
            facilities_router(services),
            facility_search_router(services),
            campaigns_router(services),
            price_history_router(services),
            network_imports_router(services),
            slots_router(services),
            agendas_router(services),
            facility_desk_router(services),
            operations_centre_router(services),
            bookings_router(services),
            booking_changes_router(services),
            booking_papers_router(services),
            pass_keys_router(services),
            electronic_invoices_router(services),
            facility_invoices_router(services),
            booking_imports_router(services),
            convention_managers_router(services),
            matters_router(services),
            remittances_router(services),
            webhooks_router(services),
        ],
        problems=PROBLEMS,
        uow=services.uow,
        clock=services.clock,
        verifier=services.verifier,
    )


def create_app() -> FastAPI:
    settings = BookingSettings()
    configure_logging(settings.log_level)
    return app_of(build(settings))
