"""Consents of members that the office or a delegate files in their place."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.filing_consent import ConsentWay, FilingConsent
from claims_api.domain.fund_terms import FundTerms
from claims_api.entrypoints.http.callers import Oneself
from claims_api.entrypoints.http.fields import Body, Code, Day
from claims_api.entrypoints.http.me import member_id_of
from claims_api.use_cases.help_filing import give_filing_consent, list_filing_consents, withdraw_filing_consent
from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, run_command, run_query

Operator = Annotated[Caller, Depends(Access("operator", "fund_admin"))]


class FilingConsentBody(Body):
    """How the member consented, and to which version of the text (see the list)."""

    way: Literal["telephone", "letter", "in_person"]
    given_on: Day | None = Field(default=None, description="When the member said or signed it; today if not given")
    version: Code


class FilingConsentView(BaseModel):
    """One consent; without a delegate it is for the office."""

    model_config = ConfigDict(from_attributes=True)

    consent_id: UUID
    member_id: UUID
    delegate_member_id: UUID | None
    version: str
    way: ConsentWay
    given_on: date
    recorded_by: str
    recorded_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class FilingConsentList(BaseModel):
    """The consents of a member, the newest first, and the text in force."""

    version: str
    text_it: str
    text_en: str
    items: list[FilingConsentView]


def _list(found: list[FilingConsent], terms: FundTerms) -> FilingConsentList:
    text, items = terms.filing_consent, [FilingConsentView.model_validate(one) for one in found]
    return FilingConsentList(version=text.version, text_it=text.text_it, text_en=text.text_en, items=items)


def filing_consents_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/members/{member_id}/filing-consents", tags=["members"])

    @router.post("", status_code=201, response_model=FilingConsentView)
    async def record_consent(
        request: Request, caller: Operator, member_id: UUID, key: IdempotencyKey, body: FilingConsentBody
    ) -> Response:
        """Record that a member lets the office file in their place: by telephone, letter or in person.

        It takes the place of the one before; the member is written to.
        """

        async def work(tx: ClaimsTransaction) -> FilingConsentView:
            consent = await give_filing_consent(
                tx,
                member_id=member_id,
                way=ConsentWay(body.way),
                given_on=body.given_on,
                version=body.version,
                terms=terms_of(caller.fund),
            )
            return FilingConsentView.model_validate(consent)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, status=201, work=work)

    @router.get("", response_model=FilingConsentList)
    async def list_consents_of_member(request: Request, caller: Operator, member_id: UUID) -> Response:
        """List a member's consents to be helped, withdrawn ones too, with the text in force."""

        async def work(tx: ClaimsTransaction) -> FilingConsentList:
            return _list(await list_filing_consents(tx, member_id=member_id), terms_of(caller.fund))

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.post("/{consent_id}/withdraw", response_model=FilingConsentView)
    async def withdraw_for_member(request: Request, caller: Operator, member_id: UUID, consent_id: UUID) -> Response:
        """Withdraw a consent for a member who asks for it; nobody files on it from now on."""

        async def work(tx: ClaimsTransaction) -> FilingConsentView:
            ended = await withdraw_filing_consent(tx, consent_id=consent_id, member_id=member_id)
            return FilingConsentView.model_validate(ended)

        return await run_command(request, caller, uow=services.uow, work=work)

    return router


def my_filing_consents_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/me/filing-consents", tags=["me"])

    @router.get("", response_model=FilingConsentList)
    async def list_my_consents(request: Request, caller: Oneself) -> Response:
        """List who may file in your place, and the text that you consented to."""
        member_id = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> FilingConsentList:
            return _list(await list_filing_consents(tx, member_id=member_id), terms_of(caller.fund))

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.post("/{consent_id}/withdraw", response_model=FilingConsentView)
    async def withdraw_my_consent(request: Request, caller: Oneself, consent_id: UUID) -> Response:
        """Withdraw a consent: nobody files on it from now on; what was filed stays."""
        member_id = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> FilingConsentView:
            ended = await withdraw_filing_consent(tx, consent_id=consent_id, member_id=member_id)
            return FilingConsentView.model_validate(ended)

        return await run_command(request, caller, uow=services.uow, work=work)

    return router
