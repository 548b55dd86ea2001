"""/v1/plans: what the fund pays, and under which terms."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.auth import Access, Caller
from kit.clock import rome_date
from kit.commands import run_query
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import PlanNotFound
from rules_svc.entrypoints.http.schemas import ArticleView, PlanVersions, PlanVersionView, PlanView
from rules_svc.entrypoints.http.views import article_view, plan_view

_EVERYBODY = Access(
    "member",
    "operator",
    "medical_consultant",
    "board",
    "payments_officer",
    "payments_approver",
    "facility",
    "fund_admin",
    "ops",
    own="member",
)
Reader = Annotated[Caller, Depends(_EVERYBODY)]
Day = Annotated[date | None, Query(alias="on", description="The day of the expense; today by default")]


async def _source(tx: RulesTransaction, plan_id: str, day: date | None) -> PlanSource:
    plan, _ = await tx.plans.in_force(day or rome_date(tx.now), None)
    if plan is None or plan.plan_id != plan_id:
        raise PlanNotFound(f"no version of {plan_id} is in force on that day")
    return await tx.plans.source(plan.hash)


def plans_router(services: Services) -> APIRouter:
    """Make the routes of plans."""
    router = APIRouter(prefix="/v1/plans", tags=["plans"])

    @router.get("", response_model=PlanVersions)
    async def list_plans(request: Request, principal: Reader) -> Response:
        """List the published versions of the fund's plans, the newest first."""

        async def work(tx: RulesTransaction) -> PlanVersions:
            rows = await tx.plans.versions()
            return PlanVersions(items=[PlanVersionView(**row) for row in rows])

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{plan_id}", response_model=PlanView)
    async def read_plan(request: Request, principal: Reader, plan_id: str, day: Day = None) -> Response:
        """Show the version in force on a day: its articles, terms of notice and payment, and readings."""

        async def work(tx: RulesTransaction) -> PlanView:
            return plan_view(await _source(tx, plan_id, day))

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{plan_id}/articles/{article}", response_model=ArticleView)
    async def read_article(
        request: Request, principal: Reader, plan_id: str, article: str, day: Day = None
    ) -> Response:
        """Show one article: rates, limits, tariff, documents and exclusions."""

        async def work(tx: RulesTransaction) -> ArticleView:
            return article_view(await _source(tx, plan_id, day), article)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
