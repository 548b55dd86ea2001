"""/v1/plans: what the fund pays, and under which terms."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel

from kit.auth import Access, Caller
from kit.clock import rome_date
from kit.commands import request_context, run_query
from rules_svc.adapters.plan_diff import changes_between
from rules_svc.adapters.plan_export import yaml_of
from rules_svc.adapters.plan_json_schema import plan_json_schema
from rules_svc.adapters.plan_page import plan_page
from rules_svc.adapters.plan_page_html import html_page
from rules_svc.adapters.plan_page_markdown import markdown_page
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import PlanNotFound
from rules_svc.entrypoints.http.plan_changes import ChangeView, change_views
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
From = Annotated[str, Query(alias="from", max_length=100, description="A published version")]
To = Annotated[str, Query(alias="to", max_length=100, description="Another published version")]
PageForm = Annotated[Literal["html", "md"], Query(alias="format", description="HTML or Markdown")]
Day = Annotated[date | None, Query(alias="on", description="The day of the expense; today by default")]


# The page carries its own style and nothing else.
_PAGE_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_YAML: dict[int | str, dict[str, Any]] = {200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}}
_PAGE_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}, "text/markdown": {"schema": {"type": "string"}}}}
}


class PlanDiff(BaseModel):
    """What changes from one version to another."""

    plan_id: str
    from_version: str
    to_version: str
    changes: list[ChangeView]


async def _source(tx: RulesTransaction, plan_id: str, day: date | None) -> PlanSource:
    plan, _ = await tx.plans.in_force(day or rome_date(tx.now), None)
    if plan is None or plan.plan_id != plan_id:
        raise PlanNotFound(f"no version of {plan_id} is in force on that day")
    return await tx.plans.source(plan.hash)


async def _version(tx: RulesTransaction, plan_id: str, version: str) -> PlanSource:
    digest = await tx.plans.published_hash(plan_id, version)
    if digest is None:
        raise PlanNotFound(f"no version {version} of {plan_id} is published")
    return await tx.plans.source(digest)


async def _versions(tx: RulesTransaction, plan_id: str | None = None) -> PlanVersions:
    rows = await tx.plans.versions()
    return PlanVersions(items=[version_view(row) for row in rows if plan_id in {None, row["plan_id"]}])


def version_view(row: Mapping[str, Any]) -> PlanVersionView:
    """Show a published version and what became of it."""
    return PlanVersionView(**row, state="withdrawn" if row["withdrawn_at"] else "published")


async def _diff(tx: RulesTransaction, plan_id: str, before: str, after: str) -> PlanDiff:
    changes = changes_between(await _version(tx, plan_id, before), await _version(tx, plan_id, after))
    return PlanDiff(
        plan_id=plan_id,
        from_version=before,
        to_version=after,
        changes=change_views(changes),
    )


def plans_router(services: Services) -> APIRouter:
    """Make the routes of plans."""
    router = APIRouter(prefix="/v1/plans", tags=["plans"])
    # Before the routes whose path is only a plan's id: "schema" is none.
    _add_forms(router, services)
    _add_versions(router, services)

    @router.get("", response_model=PlanVersions)
    async def list_plans(request: Request, principal: Reader) -> Response:
        """List the published versions of the fund's plans, the newest first."""
        return await run_query(request, principal, uow=services.uow, work=_versions)

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


def _add_versions(router: APIRouter, services: Services) -> None:
    @router.get("/{plan_id}/versions", response_model=PlanVersions)
    async def list_versions(request: Request, principal: Reader, plan_id: str) -> Response:
        """List the published versions of one plan, the newest first."""

        async def work(tx: RulesTransaction) -> PlanVersions:
            versions = await _versions(tx, plan_id)
            if not versions.items:
                raise PlanNotFound(f"no version of {plan_id} is published")
            return versions

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{plan_id}/versions/{version}/file", response_class=Response, responses=_YAML)
    async def read_file(request: Request, principal: Reader, plan_id: str, version: str) -> Response:
        """Give a published version as a YAML file that names its JSON Schema (`GET /v1/plans/schema`)."""
        async with services.uow.begin(request_context(request, principal)) as tx:
            source = await _version(tx, plan_id, version)
        return Response(yaml_of(source), media_type="application/yaml")

    @router.get("/{plan_id}/diff", response_model=PlanDiff)
    async def read_diff(request: Request, principal: Reader, plan_id: str, before: From, after: To) -> Response:
        """Show what changes from one published version to another, article by article."""

        async def work(tx: RulesTransaction) -> PlanDiff:
            return await _diff(tx, plan_id, before, after)

        return await run_query(request, principal, uow=services.uow, work=work)


def _add_forms(router: APIRouter, services: Services) -> None:
    @router.get("/schema")
    async def read_schema(_principal: Reader) -> dict[str, Any]:
        """Give the plan language as JSON Schema, for editors."""
        return plan_json_schema()

    @router.get("/{plan_id}/page", response_class=HTMLResponse, responses=_PAGE_ANSWERS)
    async def read_page(
        request: Request, principal: Reader, plan_id: str, day: Day = None, form: PageForm = "html"
    ) -> Response:
        """Show the version in force as a page in Italian, to proofread beside the circular; rule ids in the margin."""
        async with services.uow.begin(request_context(request, principal)) as tx:
            page = plan_page(await _source(tx, plan_id, day))
        if form == "md":
            return PlainTextResponse(markdown_page(page), media_type="text/markdown")
        return HTMLResponse(html_page(page), headers=_PAGE_HEADERS)
