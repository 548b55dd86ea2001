"""/v1/simulations: what a draft of a plan would have decided."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from kit.pages import Cursors, CursorText, Limit, Page
from rules_svc.adapters.plan_draft import FileDraft
from rules_svc.adapters.plan_reader import read_plan
from rules_svc.adapters.simulation_chart import chart_svg
from rules_svc.adapters.simulation_report import csv_of
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import SimulationNotDone
from rules_svc.entrypoints.http.simulation_schemas import SimulationBody, SimulationLine, SimulationView
from rules_svc.use_cases.request_simulation import request_simulation

Admin = Annotated[Caller, Depends(Access("fund_admin"))]
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
_SVG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


class ReportTable(StrEnum):
    """A table of a simulation's result."""

    ARTICLES = "articles"
    MEMBERS = "members"
    CASES = "cases"


def simulations_router(services: Services) -> APIRouter:
    """Make the routes of simulations."""
    router = APIRouter(prefix="/v1/simulations", tags=["simulations"])
    _add_reading(router, services)
    _add_reports(router, services)

    @router.post("", status_code=202, response_model=SimulationLine)
    async def start(request: Request, principal: Admin, body: SimulationBody, key: IdempotencyKey) -> Response:
        """Try a draft on the decisions that stand, or on a synthetic population; follow its progress at Location.

        The draft decides every claim of the population, also those older than its own beginning; on the other side each
        claim has the version in force on its day. Both sides start with untouched limits.
        """

        async def work(tx: RulesTransaction) -> SimulationLine:
            if body.yaml is None:
                draft = await tx.drafts.open(body.plan_id, body.version or "")
            else:
                draft = FileDraft(read_plan(body.yaml))
            asked = await request_simulation(
                tx,
                plan_id=body.plan_id,
                draft=draft,
                population=body.population.model_dump(mode="json", by_alias=True),
                requested_by=principal.actor,
            )
            return SimulationLine.model_validate(await tx.simulations.find(asked.simulation_id))

        return await run_command(
            request,
            principal,
            uow=services.uow,
            work=work,
            body=body,
            key=key,
            status=202,
            location=lambda view: f"/v1/simulations/{view.simulation_id}",
        )

    return router


def _add_reading(router: APIRouter, services: Services) -> None:
    @router.get("", response_model=Page[SimulationLine])
    async def list_simulations(
        request: Request, principal: Admin, cursor: CursorText = None, limit: Limit = 50
    ) -> Response:
        """List the simulations, the newest first."""
        before = _position(services.cursors, cursor)

        async def work(tx: RulesTransaction) -> Page[SimulationLine]:
            rows = await tx.simulations.page(before, limit + 1)
            items = [SimulationLine.model_validate(row) for row in rows[:limit]]
            more = len(rows) > limit
            last = services.cursors.write([items[-1].requested_at, items[-1].simulation_id]) if more else None
            return Page(items=items, next_cursor=last)

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{simulation_id}", response_model=SimulationView)
    async def read_simulation(request: Request, principal: Admin, simulation_id: UUID) -> Response:
        """Show how far a simulation has come, and its result."""

        async def work(tx: RulesTransaction) -> SimulationView:
            return SimulationView.model_validate(await tx.simulations.find(simulation_id))

        return await run_query(request, principal, uow=services.uow, work=work)


def _position(cursors: Cursors, cursor: str | None) -> tuple[datetime, UUID] | None:
    position = cursors.read(cursor)
    return None if position is None else (datetime.fromisoformat(position[0]), UUID(position[1]))


def _add_reports(router: APIRouter, services: Services) -> None:
    async def done(request: Request, principal: Caller, simulation_id: UUID) -> dict[str, Any]:
        async with services.uow.begin(request_context(request, principal)) as tx:
            row = await tx.simulations.find(simulation_id)
        if row["state"] != "done":
            raise SimulationNotDone(f"the simulation is {row['state']}", state=row["state"])
        return dict(row)

    @router.get("/{simulation_id}/tables/{table}", response_class=Response, responses=_CSV)
    async def read_table(request: Request, principal: Admin, simulation_id: UUID, table: ReportTable) -> Response:
        """Give a table of the result as CSV: cost by article, the members most touched, the cases that change."""
        row = await done(request, principal, simulation_id)
        name = f'attachment; filename="{row["plan_id"]}-{row["version"]}-{table}.csv"'
        return Response(
            csv_of(row["result"], table), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )

    @router.get("/{simulation_id}/chart", response_class=Response, responses=_SVG)
    async def read_chart(request: Request, principal: Admin, simulation_id: UUID) -> Response:
        """Draw the cost by article under both versions (SVG)."""
        row = await done(request, principal, simulation_id)
        drawn = chart_svg(row["result"], before="in vigore", after=f"bozza {row['version']}")
        return Response(drawn, media_type="image/svg+xml")
