"""Change requests, confirmations of membership (1.5) and consents."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, StrictBool

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.office_request import OfficeRequest, OfficeRequestKind, OfficeRequestState
from claims_api.domain.submission import Consent, standing_consents
from claims_api.entrypoints.http.acting import member_for
from claims_api.entrypoints.http.callers import Applicant, Desk, Office
from claims_api.entrypoints.http.case_schemas import DocumentBody
from claims_api.entrypoints.http.fields import Body, Code, Day, ExtraText
from claims_api.use_cases.ask_office import (
    ConfirmationPapers,
    answer_office_request,
    ask_change,
    ask_confirmation,
    list_office_requests,
)
from claims_api.use_cases.desk_ports import OfficeFilter
from kit.auth import Caller
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

_STATE = Query(description="Only requests in this state")


class ChangeRequestBody(Body):
    """What should be changed, in the member's words."""

    member_id: UUID | None = Field(default=None, description="Staff name the member")
    subject: Code = Field(description="For example contact, family, personal_data", examples=["contact"])
    words: Annotated[ExtraText, Field(min_length=1)]
    documents: Annotated[list[DocumentBody], Field(max_length=30)] = Field(default=[])


class ConfirmationBody(Body):
    """Confirmation of membership: within three months of the end of service, with the papers of article 1.5."""

    member_id: UUID | None = Field(default=None, description="Staff name the member")
    retired_on: Day = Field(description="End of service")
    certificate_id: UUID | None = Field(
        default=None, description="Pension certificate, or self-certification meanwhile"
    )
    income_certificate_id: UUID | None = Field(default=None, description="CU of the last working year")
    mandate_id: UUID | None = Field(default=None, description="SEPA direct debit authorisation")
    words: ExtraText = ""


class OfficeAnswerBody(Body):
    """The office's answer; its words reach the member."""

    accept: StrictBool
    answer: Annotated[ExtraText, Field(min_length=1)]


class OfficeRequestView(BaseModel):
    """A request to the office; `for_employer` means that the member's employer changes the data (`redirect_to`)."""

    request_id: UUID
    member_id: UUID
    subject: str
    words: str
    document_ids: list[UUID]
    state: OfficeRequestState
    redirect_to: str | None
    retired_on: date | None
    requested_at: datetime
    answer: str | None
    answered_at: datetime | None


class ConsentView(BaseModel):
    """One of the consents, in the version in force; `needed` is false while a consent to this version stands."""

    kind: Consent
    version: str
    text_it: str
    text_en: str
    given_at: datetime | None
    needed: bool


class ConsentList(BaseModel):
    """The consents that sending a case needs."""

    items: list[ConsentView]


def _view(request: OfficeRequest) -> OfficeRequestView:
    redirect = "employer" if request.state is OfficeRequestState.FOR_EMPLOYER else None
    names = OfficeRequestView.model_fields.keys() - {"redirect_to"}
    return OfficeRequestView(redirect_to=redirect, **{name: getattr(request, name) for name in names})


def consents_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/consents", tags=["consents"])

    @router.get("", response_model=ConsentList)
    async def list_consents(
        request: Request, caller: Desk, member_id: Annotated[UUID | None, Query(description="Staff only")] = None
    ) -> Response:
        """List the consents with their version in force, and which of them still have to be asked for."""
        owner, texts = member_for(caller, member_id), terms_of(caller.fund).consents

        async def work(tx: ClaimsTransaction) -> ConsentList:
            standing = standing_consents(await tx.cases.consents_of(owner), texts)
            items = [
                ConsentView(
                    kind=kind,
                    version=one.version,
                    text_it=one.text_it,
                    text_en=one.text_en,
                    given_at=standing.get(kind),
                    needed=kind not in standing,
                )
                for kind, one in texts.items()
            ]
            return ConsentList(items=items)

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def change_requests_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/change-requests", tags=["change-requests"])

    @router.post("", status_code=201, response_model=OfficeRequestView)
    async def ask_for_change(
        request: Request, caller: Applicant, key: IdempotencyKey, body: ChangeRequestBody
    ) -> Response:
        """Ask for a change of your data. An employee's request is for the employer (`for_employer`, `redirect_to`)."""

        async def work(tx: ClaimsTransaction) -> OfficeRequestView:
            asked = await ask_change(
                tx,
                member_id=member_for(caller, body.member_id),
                subject=body.subject,
                words=body.words,
                document_ids=[one.document_id for one in body.documents],
                terms=terms_of(caller.fund),
            )
            return _view(asked)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, status=201, work=work)

    _add_list(router, services, OfficeRequestKind.CHANGE)
    _add_answer(router, services, OfficeRequestKind.CHANGE)
    return router


def confirmations_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/membership-confirmations", tags=["membership-confirmations"])

    @router.post("", status_code=201, response_model=OfficeRequestView)
    async def confirm_membership(
        request: Request, caller: Applicant, key: IdempotencyKey, body: ConfirmationBody
    ) -> Response:
        """Confirm the membership on retiring: in three months, after ten consecutive years, with the papers (1.5)."""
        papers = ConfirmationPapers(body.certificate_id, body.income_certificate_id, body.mandate_id)

        async def work(tx: ClaimsTransaction) -> OfficeRequestView:
            member_id = member_for(caller, body.member_id)
            asked = await ask_confirmation(
                tx, member_id=member_id, retired_on=body.retired_on, papers=papers, words=body.words
            )
            return _view(asked)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, status=201, work=work)

    _add_list(router, services, OfficeRequestKind.CONFIRMATION)
    _add_answer(router, services, OfficeRequestKind.CONFIRMATION)
    return router


def _add_list(router: APIRouter, services: Services, kind: OfficeRequestKind) -> None:
    @router.get("", response_model=Page[OfficeRequestView], name=f"list_{kind}_requests")
    async def list_requests(
        request: Request,
        caller: Desk,
        state: Annotated[OfficeRequestState | None, _STATE] = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the requests, newest first; members see their own."""
        position = services.cursors.read(cursor)
        before = UUID(position[0]) if position else None
        wanted = OfficeFilter(kind, caller.owner_member_id, state, before, limit + 1)

        async def work(tx: ClaimsTransaction) -> Page[OfficeRequestView]:
            found = await list_office_requests(tx, wanted=wanted)
            more = len(found) > limit
            return Page[OfficeRequestView](
                items=[_view(one) for one in found[:limit]],
                next_cursor=services.cursors.write([found[limit - 1].request_id]) if more else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)


def _add_answer(router: APIRouter, services: Services, kind: OfficeRequestKind) -> None:
    @router.post("/{request_id}/answer", response_model=OfficeRequestView, name=f"answer_{kind}_request")
    async def answer_request(
        request: Request, caller: Office, request_id: UUID, key: IdempotencyKey, body: OfficeAnswerBody
    ) -> Response:
        """Answer an open request as the fund's office; an accepted confirmation makes the member a pensioner."""
        return await _answer(services, request, caller, (request_id, kind), key, body)


async def _answer(
    services: Services,
    request: Request,
    caller: Caller,
    which: tuple[UUID, OfficeRequestKind],
    key: str,
    body: OfficeAnswerBody,
) -> Response:
    request_id, kind = which

    async def work(tx: ClaimsTransaction) -> OfficeRequestView:
        answered = await answer_office_request(
            tx, request_id=request_id, kind=kind, accept=body.accept, answer=body.answer
        )
        return _view(answered)

    return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)
