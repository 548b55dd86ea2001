"""What the desk compares and checks: papers that resemble each other, claims that were drawn."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.sampling import SampleResult
from claims_api.entrypoints.http.callers import Decider
from claims_api.entrypoints.http.currency_views import InItsCurrency
from claims_api.entrypoints.http.fields import Body, ExtraText
from claims_api.use_cases.check_sample import SampleStep, check_sample
from claims_api.use_cases.read_case import find_duplicates
from kit.commands import IdempotencyKey, run_command, run_query


class ResemblanceView(InItsCurrency):
    """A paper of the same member that resembles one of the case."""

    claim_id: UUID = Field(description="The claim of the case")
    kind: str = Field(description="What the other is: claim or booking")
    other_id: UUID
    case_number: str | None = Field(description="The other's case, or its booking's code")
    document_number: str | None
    document_date: date
    state: str
    same: list[str] = Field(description="What is equal: number, provider, date, amount, person")


class Duplicates(BaseModel):
    """Papers that resemble those of a case, the likeliest first."""

    items: list[ResemblanceView]


class SampleResultBody(Body):
    """What the check found."""

    result: SampleResult
    note: ExtraText | None = Field(default=None, description="For the office")


class SampleChecked(BaseModel):
    """The check as recorded."""

    claim_id: UUID
    result: SampleResult
    step: SampleStep = Field(
        description="proposed: a second person must find the same; correcting: the rules decide anew, the payment waits"
    )


def duplicates_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])

    @router.get("", response_model=Duplicates)
    async def list_duplicates(
        request: Request, caller: Decider, case_id: Annotated[UUID, Query(description="The case to compare")]
    ) -> Response:
        """List papers of the same member that resemble those of a case, claims and direct services alike."""

        async def work(tx: ClaimsTransaction) -> Duplicates:
            found = await find_duplicates(tx, case_id=case_id)
            return Duplicates(items=[ResemblanceView.model_validate(one, from_attributes=True) for one in found])

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def sample_checks_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["claims"])

    @router.post("/v1/claims/{claim_id}/sample-check", response_model=SampleChecked)
    async def record_sample_check(
        request: Request, caller: Decider, claim_id: UUID, key: IdempotencyKey, body: SampleResultBody
    ) -> Response:
        """Record what the check of a drawn claim found (1.3); its payment waits no longer, its item is closed.

        An irregular claim is decided anew by the rules, and its payment waits for that; above the fund's amount a
        second person must find the same first.
        """

        async def work(tx: ClaimsTransaction) -> SampleChecked:
            step = await check_sample(
                tx,
                claim_id=claim_id,
                result=body.result,
                note=body.note,
                subject=caller.subject,
                terms=terms_of(caller.fund),
            )
            return SampleChecked(claim_id=claim_id, result=body.result, step=step)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    return router
