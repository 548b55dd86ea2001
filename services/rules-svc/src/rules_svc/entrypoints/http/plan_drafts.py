"""/v1/plans: drafts of versions, from the first check to the publication."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from kit.errors import FieldError
from rules_svc.adapters.plan_diff import changes_between
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_export import yaml_of
from rules_svc.adapters.plan_reader import read_plan
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import PlanInvalid
from rules_svc.entrypoints.http.plan_changes import ChangeView, change_views
from rules_svc.entrypoints.http.plans import version_view
from rules_svc.entrypoints.http.schemas import PlanVersionView
from rules_svc.use_cases.publish_draft import publish_draft, withdraw_draft
from rules_svc.use_cases.save_draft import save_draft
from rules_svc.use_cases.withdraw_plan import withdraw_plan

Admin = Annotated[Caller, Depends(Access("fund_admin"))]
_YAML: dict[int | str, dict[str, Any]] = {200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}}
Name = Annotated[str, Field(max_length=100)]
FileText = Annotated[str, Field(min_length=1, max_length=800_000)]


class DraftBody(BaseModel):
    """A plan file and the scenarios that it must keep."""

    model_config = ConfigDict(extra="forbid")
    yaml: FileText = Field(description="The plan file; its `plan.version` names the draft")
    scenarios: dict[Name, Annotated[str, Field(max_length=100_000)]] = Field(
        default={}, max_length=200, description="Scenario files by name; all must come out before it is published"
    )


class WithdrawalBody(BaseModel):
    """Why a published version is withdrawn; it stays on record with the version."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Annotated[str, Field(min_length=3, max_length=1_000)]


class FaultView(BaseModel):
    """What is wrong, where in the plan file, and by which rule of the plan language."""

    pointer: str
    rule: str
    message: str


class PlanCheck(BaseModel):
    """What a plan file would do: its faults, and what it changes against the newest published version."""

    plan_id: str
    version: str
    hash: str
    valid: bool
    faults: list[FaultView]
    compared_with: str | None
    changes: list[ChangeView]


class DraftLine(BaseModel):
    """A draft and what became of it."""

    plan_id: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    state: Literal["draft", "published", "withdrawn"]
    saved_by: str
    saved_at: datetime


class Drafts(BaseModel):
    """The drafts of a plan, the latest beginning first."""

    items: list[DraftLine]


async def _check(tx: RulesTransaction, draft: FileDraft) -> PlanCheck:
    """Check a draft as its publication would, its status apart."""
    previous = await tx.plans.newest(draft.plan_id)
    faults = draft.as_published().faults_after(previous)
    return PlanCheck(
        plan_id=draft.plan_id,
        version=draft.version,
        hash=draft.hash,
        valid=not faults,
        faults=[_fault(fault) for fault in faults],
        compared_with=previous.version if previous else None,
        changes=change_views(changes_between(previous.source, draft.source)) if previous else [],
    )


def _fault(fault: FieldError) -> FaultView:
    return FaultView(pointer=fault.pointer, rule=fault.rule, message=fault.message)


def plan_drafts_router(services: Services) -> APIRouter:
    """Make the routes of drafts."""
    router = APIRouter(prefix="/v1/plans", tags=["plans"])
    _add_reading(router, services)
    _add_ends(router, services)

    @router.post("/{plan_id}/validate", response_model=PlanCheck)
    async def validate(request: Request, principal: Admin, plan_id: str, body: DraftBody) -> Response:
        """Check a plan file and show what it would change; nothing is kept.

        A file that breaks the plan language is refused with each place and its line; what is wrong beyond the language
        (rule ids, limits that would be lost, conditions that never hold, scenarios that fail) is listed in `faults`.
        """

        async def work(tx: RulesTransaction) -> PlanCheck:
            draft = FileDraft(read_plan(body.yaml), body.scenarios)
            if draft.plan_id != plan_id:
                raise PlanInvalid(f"this is a version of {draft.plan_id}, not of {plan_id}")
            return await _check(tx, draft)

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.post("/{plan_id}/versions", status_code=201, response_model=PlanCheck)
    async def save(request: Request, principal: Admin, plan_id: str, body: DraftBody, key: IdempotencyKey) -> Response:
        """Save a draft, in place of an earlier draft of the same version; faults do not keep it from being saved."""

        async def work(tx: RulesTransaction) -> PlanCheck:
            draft = FileDraft(read_plan(body.yaml), body.scenarios)
            await save_draft(tx, plan_id=plan_id, draft=draft, saved_by=principal.actor)
            return await _check(tx, draft)

        return await run_command(
            request,
            principal,
            uow=services.uow,
            work=work,
            body=body,
            key=key,
            status=201,
            location=lambda view: f"/v1/plans/{plan_id}/drafts/{view.version}",
        )

    _add_withdrawal(router, services)
    return router


def _add_reading(router: APIRouter, services: Services) -> None:
    @router.get("/{plan_id}/drafts", response_model=Drafts)
    async def list_drafts(request: Request, principal: Admin, plan_id: str) -> Response:
        """List the drafts of a plan, with those that were published or withdrawn."""

        async def work(tx: RulesTransaction) -> Drafts:
            return Drafts(items=[DraftLine.model_validate(row) for row in await tx.drafts.list(plan_id)])

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{plan_id}/drafts/{version}", response_model=PlanCheck)
    async def read_draft(request: Request, principal: Admin, plan_id: str, version: str) -> Response:
        """Check an open draft again: its faults, and what it changes against the newest published version."""

        async def work(tx: RulesTransaction) -> PlanCheck:
            return await _check(tx, await tx.drafts.open(plan_id, version))

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{plan_id}/drafts/{version}/file", response_class=Response, responses=_YAML)
    async def read_draft_file(request: Request, principal: Admin, plan_id: str, version: str) -> Response:
        """Give an open draft as its author wrote it."""
        async with services.uow.begin(request_context(request, principal)) as tx:
            draft = await tx.drafts.open(plan_id, version)
        return Response(yaml_of(draft.source), media_type="application/yaml")


def _add_ends(router: APIRouter, services: Services) -> None:
    @router.post("/{plan_id}/versions/{version}/publish", response_model=DraftLine)
    async def publish(request: Request, principal: Admin, plan_id: str, version: str, key: IdempotencyKey) -> Response:
        """Publish an open draft: from then on it decides the expenses of its days and never changes."""

        async def work(tx: RulesTransaction) -> DraftLine:
            await publish_draft(tx, plan_id=plan_id, version=version)
            return await _line(tx, plan_id, version)

        return await run_command(request, principal, uow=services.uow, work=work, key=key)

    @router.post("/{plan_id}/versions/{version}/withdraw", response_model=DraftLine)
    async def withdraw(request: Request, principal: Admin, plan_id: str, version: str, key: IdempotencyKey) -> Response:
        """Put an open draft away; a published version is withdrawn with a reason, at …/withdrawal."""

        async def work(tx: RulesTransaction) -> DraftLine:
            await withdraw_draft(tx, plan_id=plan_id, version=version)
            return await _line(tx, plan_id, version)

        return await run_command(request, principal, uow=services.uow, work=work, key=key)


def _add_withdrawal(router: APIRouter, services: Services) -> None:
    @router.post("/{plan_id}/versions/{version}/withdrawal", response_model=PlanVersionView)
    async def withdraw_published(
        request: Request, principal: Admin, plan_id: str, version: str, body: WithdrawalBody, key: IdempotencyKey
    ) -> Response:
        """Withdraw a published version: it decides nothing new, its decisions stand and replay.

        409 `withdrawal_leaves_gap` where some of its days would have no version: publish one for them first.
        """

        async def work(tx: RulesTransaction) -> PlanVersionView:
            await withdraw_plan(tx, plan_id=plan_id, version=version, reason=body.reason, withdrawn_by=principal.actor)
            rows = await tx.plans.versions()
            return next(version_view(row) for row in rows if (row["plan_id"], row["version"]) == (plan_id, version))

        return await run_command(request, principal, uow=services.uow, work=work, body=body, key=key)


async def _line(tx: RulesTransaction, plan_id: str, version: str) -> DraftLine:
    return next(DraftLine.model_validate(r) for r in await tx.drafts.list(plan_id) if r["version"] == version)
