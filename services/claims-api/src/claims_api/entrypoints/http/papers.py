"""The wallet of prescriptions and certificates."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.document_kinds import DOCUMENT_NAMES, DocumentKind
from claims_api.domain.paper import Paper
from claims_api.entrypoints.http.acting import member_for
from claims_api.entrypoints.http.callers import Desk
from claims_api.entrypoints.http.fields import Day
from claims_api.use_cases.read_member import read_member
from claims_api.use_cases.read_papers import papers_of
from kit.clock import rome_date
from kit.commands import run_query


class PaperView(BaseModel):
    """A paper that was given once: a later claim of the same person and article attaches it by itself."""

    document_id: UUID
    kind: DocumentKind
    name_it: str
    name_en: str
    person_id: UUID
    article: str
    given_on: date
    issued_on: date = Field(description="Stated with the claim, otherwise the day of its expense")
    valid_from: date | None
    valid_to: date | None = Field(description="Last day of an expense that it serves; null for life")
    valid: bool = Field(description="Serves an expense of the day asked for")


class PaperList(BaseModel):
    """The papers of a family, in the order in which they were given."""

    items: list[PaperView]


def _view(paper: Paper, day: date) -> PaperView:
    given = paper.given
    name_it, name_en = DOCUMENT_NAMES[given.kind]
    return PaperView(
        document_id=given.document_id,
        kind=given.kind,
        name_it=name_it,
        name_en=name_en,
        person_id=given.person_id,
        article=given.article,
        given_on=given.given_on,
        issued_on=given.issued_on,
        valid_from=paper.valid_from,
        valid_to=paper.valid_to,
        valid=paper.valid_on(day),
    )


def papers_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/me", tags=["me"])

    @router.get("/papers", response_model=PaperList)
    async def list_papers(
        request: Request,
        caller: Desk,
        member_id: Annotated[UUID | None, Query(description="Staff only")] = None,
        person_id: Annotated[UUID | None, Query(description="Only papers of this person")] = None,
        on: Annotated[Day | None, Query(description="Day of the expense; today if not told")] = None,
    ) -> Response:
        """List the prescriptions and certificates that the family gave, with the expenses that each one serves."""
        owner, terms = member_for(caller, member_id), terms_of(caller.fund)

        async def work(tx: ClaimsTransaction) -> PaperList:
            member = await read_member(tx, member_id=owner, owner_member_id=caller.owner_member_id)
            papers = await papers_of(tx, member, terms)
            day = on or rome_date(tx.now)
            return PaperList(items=[_view(one, day) for one in papers if person_id in {None, one.given.person_id}])

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
