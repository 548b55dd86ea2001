"""The HTTP application of claims-api."""

from fastapi import FastAPI

from claims_api.bootstrap import Services, build
from claims_api.entrypoints.http.case_story import case_story_router
from claims_api.entrypoints.http.cases import (
    case_check_router,
    case_commands_router,
    case_queries_router,
    case_release_router,
)
from claims_api.entrypoints.http.check_ups import (
    check_up_lists_router,
    check_up_orders_router,
    check_up_outcomes_router,
    my_check_ups_router,
)
from claims_api.entrypoints.http.claims import claim_commands_router, claim_queries_router
from claims_api.entrypoints.http.decisions import decision_commands_router, decision_queries_router
from claims_api.entrypoints.http.delegations import delegations_router
from claims_api.entrypoints.http.desk_checks import duplicates_router, sample_checks_router
from claims_api.entrypoints.http.document_keeping import document_keeping_router
from claims_api.entrypoints.http.documents import documents_router, links_router
from claims_api.entrypoints.http.filing_consents import filing_consents_router, my_filing_consents_router
from claims_api.entrypoints.http.home import home_router
from claims_api.entrypoints.http.me import me_router
from claims_api.entrypoints.http.member_imports import member_imports_router
from claims_api.entrypoints.http.members import members_router
from claims_api.entrypoints.http.office_requests import (
    change_requests_router,
    confirmations_router,
    consents_router,
)
from claims_api.entrypoints.http.papers import papers_router
from claims_api.entrypoints.http.practices import practices_router
from claims_api.entrypoints.http.problems import PROBLEMS
from claims_api.entrypoints.http.profile import profile_router
from claims_api.entrypoints.http.review_requests import (
    claim_facts_router,
    review_answers_router,
    review_requests_router,
)
from claims_api.entrypoints.http.service_levels import service_levels_router
from claims_api.entrypoints.http.uploads import uploads_router
from claims_api.entrypoints.http.work_items import work_leases_router, work_queue_router
from claims_api.settings import Settings
from kit import http
from kit.log import configure_logging


def app_of(services: Services) -> FastAPI:
    routers = (
        me_router,
        profile_router,
        papers_router,
        home_router,
        consents_router,
        delegations_router,
        filing_consents_router,
        my_filing_consents_router,
        change_requests_router,
        confirmations_router,
        members_router,
        member_imports_router,
        uploads_router,
        documents_router,
        links_router,
        document_keeping_router,
        case_commands_router,
        case_queries_router,
        case_check_router,
        case_release_router,
        case_story_router,
        practices_router,
        claim_commands_router,
        claim_queries_router,
        decision_commands_router,
        decision_queries_router,
        review_requests_router,
        review_answers_router,
        claim_facts_router,
        duplicates_router,
        sample_checks_router,
        check_up_orders_router,
        check_up_lists_router,
        check_up_outcomes_router,
        my_check_ups_router,
        work_queue_router,
        work_leases_router,
        service_levels_router,
    )
    app = http.create_app(
        service="claims",
        title="Mutua claims",
        description="Members and families, cases and claims from the invoice to the explained decision, documents.",
        settings=services.settings,
        routers=[router(services) for router in routers],
        problems=PROBLEMS,
        uow=services.uow,
        clock=services.clock,
        verifier=services.verifier,
    )
    app.state.services = services
    return app


def create_app() -> FastAPI:
    settings = Settings()
    configure_logging(settings.log_level)
    return app_of(build(settings))
