"""Check-up visits (visite di controllo, 1.3): ordered and recorded by the desk, seen by their member."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.check_up import CheckUp, CheckUpOutcome, CheckUpState
from claims_api.entrypoints.http.callers import Decider, Member
from claims_api.entrypoints.http.fields import Body, Day, ExtraText, Name
from claims_api.entrypoints.http.me import member_id_of
from claims_api.use_cases.check_ports import CheckUpFilter
from claims_api.use_cases.check_up import CheckUpOrder, list_check_ups, order_check_up, read_check_up, record_check_up
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page


class CheckUpBody(Body):
    """A visit: an appointment, or the last good day by which the person comes."""

    reason: Annotated[ExtraText, Field(min_length=1, description="What the member reads behind the login")]
    visit_at: AwareDatetime | None = None
    due_on: Day | None = Field(default=None, description="The day of the appointment where left out")
    doctor: Name | None = None
    place: Name | None = None

    @model_validator(mode="after")
    def _has_a_day(self) -> "CheckUpBody":
        if self.visit_at is None and self.due_on is None:
            raise ValueError("give visit_at, due_on or both")
        return self


class CheckUpOutcomeBody(Body):
    """What came of the visit."""

    outcome: CheckUpOutcome
    note: ExtraText | None = Field(default=None, description="For the office; never shown to the member")


class MyCheckUpView(BaseModel):
    """A visit as its member sees it."""

    model_config = ConfigDict(from_attributes=True)

    visit_id: UUID
    claim_id: UUID
    case_id: UUID
    case_number: str
    person_id: UUID
    reason: str
    visit_at: datetime | None
    due_on: date
    doctor: str | None
    place: str | None
    state: CheckUpState
    ordered_at: datetime

    @classmethod
    def of(cls, visit: CheckUp) -> "MyCheckUpView":
        view = cls.model_validate(visit)
        # A proposal is not said yet.
        return view.model_copy(update={"state": CheckUpState.ORDERED}) if visit.second_waits else view


class CheckUpView(MyCheckUpView):
    """A visit as the desk sees it; `proposed` waits for a second person who says the same `outcome`."""

    member_id: UUID
    outcome: CheckUpOutcome | None
    note: str | None
    ordered_by: str
    recorded_by: str | None
    recorded_at: datetime | None
    second_by: str | None
    second_at: datetime | None
    closed_at: datetime | None = Field(description="When the claim's payment stopped waiting for the visit")


class MyCheckUps(BaseModel):
    """The member's visits, the newest first."""

    items: list[MyCheckUpView]


def check_up_orders_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["check-up visits"])

    @router.post("/v1/claims/{claim_id}/check-up-visits", status_code=201, response_model=CheckUpView)
    async def order_visit(
        request: Request, caller: Decider, claim_id: UUID, key: IdempotencyKey, body: CheckUpBody
    ) -> Response:
        """Order a check-up visit by the fund's doctor (1.3); the claim's payment waits, the member is written to."""

        async def work(tx: ClaimsTransaction) -> CheckUpView:
            return CheckUpView.model_validate(
                await order_check_up(tx, claim_id=claim_id, order=CheckUpOrder(**body.model_dump()))
            )

        return await run_command(
            request,
            caller,
            uow=services.uow,
            body=body,
            key=key,
            status=201,
            work=work,
            location=lambda view: f"/v1/check-up-visits/{view.visit_id}",
        )

    return router


def check_up_lists_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/check-up-visits", tags=["check-up visits"])

    @router.get("", response_model=Page[CheckUpView])
    async def list_visits(  # noqa: PLR0913 (one argument a filter)
        request: Request,
        caller: Decider,
        state: Annotated[CheckUpState | None, Query(description="Only visits in this state")] = None,
        member_id: UUID | None = None,
        claim_id: UUID | None = None,
        due_before: Annotated[Day | None, Query(description="Last good day before this one")] = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List check-up visits in the order of their ordering."""
        position = services.cursors.read(cursor)
        wanted = CheckUpFilter(
            member_id=member_id,
            claim_id=claim_id,
            state=state,
            due_before=due_before,
            after=UUID(position[0]) if position else None,
            limit=limit + 1,
        )

        async def work(tx: ClaimsTransaction) -> Page[CheckUpView]:
            found = await list_check_ups(tx, wanted=wanted)
            following = services.cursors.write([found[limit - 1].visit_id]) if len(found) > limit else None
            return Page(items=[CheckUpView.model_validate(one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/{visit_id}", response_model=CheckUpView)
    async def show_visit(request: Request, caller: Decider, visit_id: UUID) -> Response:
        """Show a check-up visit."""

        async def work(tx: ClaimsTransaction) -> CheckUpView:
            return CheckUpView.model_validate(await read_check_up(tx, visit_id=visit_id, owner_member_id=None))

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def check_up_outcomes_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/check-up-visits", tags=["check-up visits"])

    @router.post("/{visit_id}/outcome", response_model=CheckUpView)
    async def record_outcome(
        request: Request, caller: Decider, visit_id: UUID, key: IdempotencyKey, body: CheckUpOutcomeBody
    ) -> Response:
        """Record what came of a visit: confirmed, not confirmed, not attended, or waived by the fund.

        A bad outcome sends the claim to the rules again (a decided one as a correction) and its payment waits for them;
        above the fund's amount a second person must record the same first. 409 while the rules have the claim.
        """

        async def work(tx: ClaimsTransaction) -> CheckUpView:
            visit = await record_check_up(
                tx,
                visit_id=visit_id,
                outcome=body.outcome,
                note=body.note,
                subject=caller.subject,
                terms=terms_of(caller.fund),
            )
            return CheckUpView.model_validate(visit)

        return await run_command(request, caller, uow=services.uow, body=body, key=key, work=work)

    return router


def my_check_ups_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/me/check-up-visits", tags=["me"])

    @router.get("", response_model=MyCheckUps)
    async def list_my_visits(request: Request, caller: Member) -> Response:
        """List the check-up visits that the fund asked of you and your family; the open ones are tasks too."""
        member_id = member_id_of(caller)

        async def work(tx: ClaimsTransaction) -> MyCheckUps:
            found = await list_check_ups(tx, wanted=CheckUpFilter(member_id=member_id, limit=200))
            return MyCheckUps(items=[MyCheckUpView.of(one) for one in reversed(found)])

        return await run_query(request, caller, uow=services.uow, work=work)

    return router
