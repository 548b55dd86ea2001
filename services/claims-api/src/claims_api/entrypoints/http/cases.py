"""Cases (pratiche): open, send, list, look at."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.claim_states import ClaimState
from claims_api.entrypoints.http.acting import channel_for, helper_of, member_for
from claims_api.entrypoints.http.callers import Applicant, Office, Reader
from claims_api.entrypoints.http.case_schemas import CaseBody, ReleaseBody, SubmissionBody
from claims_api.entrypoints.http.case_views import CaseSummary, CaseView, case_summary, case_view
from claims_api.entrypoints.http.check_views import CaseCheckView, case_check_view
from claims_api.entrypoints.http.fields import Day
from claims_api.use_cases.check_case import check_case
from claims_api.use_cases.open_case import open_case
from claims_api.use_cases.ports import CaseFilter
from claims_api.use_cases.read_case import list_cases, read_case
from claims_api.use_cases.release_case import release_early
from claims_api.use_cases.submit_case import submit_case
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

PREFIX = "/v1/cases"
State = Annotated[ClaimState | None, Query(description="State of the case")]
Person = Annotated[UUID | None, Query(description="Only cases with a claim of this person")]


Year = Annotated[int | None, Query(ge=1900, le=2199, description="Sent in this year")]
RequestedFrom = Annotated[Day | None, Query(description="Data richiesta: from this day on")]
RequestedTo = Annotated[Day | None, Query(description="Data richiesta: up to this day")]
DocumentFrom = Annotated[Day | None, Query(description="Data fattura: from this day on")]
DocumentTo = Annotated[Day | None, Query(description="Data fattura: up to this day")]


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def case_commands_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["cases"])

    @router.post("", status_code=201, response_model=CaseSummary)
    async def open_new_case(
        request: Request, caller: Applicant, key: IdempotencyKey, body: CaseBody | None = None
    ) -> Response:
        """Open a case as a draft. One request per case is advisable: a suspended one holds the whole case.

        The office by telephone, and a delegate, need the member's consent (409 `filing_consent_missing`).
        """
        asked = body or CaseBody()

        async def work(tx: ClaimsTransaction) -> CaseSummary:
            member_id = member_for(caller, asked.member_id)
            terms, channel = terms_of(caller.fund), channel_for(caller, asked.channel)
            helper = helper_of(request, caller)
            case = await open_case(tx, member_id=member_id, channel=channel, terms=terms, helper=helper)
            return case_summary(case, {}, terms)

        return await run_command(
            request,
            caller,
            uow=services.uow,
            body=asked,
            key=key,
            status=201,
            work=work,
            location=lambda view: f"{PREFIX}/{view.case_id}",
        )

    @router.post("/{case_id}/submit", response_model=CaseSummary)
    async def send_case(
        request: Request, caller: Applicant, case_id: UUID, key: IdempotencyKey, body: SubmissionBody
    ) -> Response:
        """Send the case with the three consents; it counts as received today."""

        async def work(tx: ClaimsTransaction) -> CaseSummary:
            owner = caller.owner_member_id
            terms = terms_of(caller.fund)
            case, names = await submit_case(
                tx,
                case_id=case_id,
                owner_member_id=owner,
                consents=body.given(),
                terms=terms,
                paper=body.receipt(),
                helper=helper_of(request, caller),
            )
            return case_summary(case, names, terms)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    return router


def case_queries_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["cases"])

    @router.get("", response_model=Page[CaseSummary])
    async def list_my_cases(  # noqa: PLR0913 (one argument a filter)
        request: Request,
        caller: Reader,
        state: State = None,
        person_id: Person = None,
        year: Year = None,
        requested_from: RequestedFrom = None,
        requested_to: RequestedTo = None,
        document_from: DocumentFrom = None,
        document_to: DocumentTo = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List cases, the newest first, with the columns of "le tue pratiche"; members see their own."""
        position = services.cursors.read(cursor)
        wanted = CaseFilter(
            member_id=caller.owner_member_id,
            state=state,
            person_id=person_id,
            requested_from=_latest(requested_from, date(year, 1, 1) if year else None),
            requested_to=_earliest(requested_to, date(year, 12, 31) if year else None),
            document_from=document_from,
            document_to=document_to,
            before=UUID(position[0]) if position else None,
            limit=limit + 1,
        )

        async def work(tx: ClaimsTransaction) -> Page[CaseSummary]:
            found, names = await list_cases(tx, wanted=wanted)
            more = len(found) > limit
            return Page[CaseSummary](
                items=[case_summary(case, names, terms_of(caller.fund)) for case in found[:limit]],
                next_cursor=services.cursors.write([found[limit - 1].case_id]) if more else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/{case_id}", response_model=CaseView)
    async def read_one_case(request: Request, caller: Reader, case_id: UUID) -> Response:
        """Show a case: its claims with state, amounts, reasons, steps, history and what comes next."""

        async def work(tx: ClaimsTransaction) -> CaseView:
            detail = await read_case(tx, case_id=case_id, owner_member_id=caller.owner_member_id)
            return case_view(detail, terms_of(caller.fund))

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def case_release_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["cases"])

    @router.post("/{case_id}/release", response_model=CaseSummary)
    async def release_before_its_turn(
        request: Request, caller: Office, case_id: UUID, key: IdempotencyKey, body: ReleaseBody
    ) -> Response:
        """Give a case on paper to the rules before its turn (1.1); who did it and why stands in the audit."""

        async def work(tx: ClaimsTransaction) -> CaseSummary:
            case, names = await release_early(tx, case_id=case_id, reason=body.reason)
            return case_summary(case, names, terms_of(caller.fund))

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    return router


def case_check_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["cases"])

    @router.post("/{case_id}/check", response_model=CaseCheckView)
    async def check_before_sending(request: Request, caller: Applicant, case_id: UUID) -> Response:
        """Tell what is missing or will be refused before sending, and when an answer can be expected."""

        async def work(tx: ClaimsTransaction) -> CaseCheckView:
            owner, terms = caller.owner_member_id, terms_of(caller.fund)
            return case_check_view(await check_case(tx, case_id=case_id, owner_member_id=owner, terms=terms))

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
