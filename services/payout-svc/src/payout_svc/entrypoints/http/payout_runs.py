"""/v1/payout-runs: dry run, approval, execution, bank file."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.payout_run import LineOutcome
from payout_svc.domain.run_month import RunMonth
from payout_svc.entrypoints.http.schemas import LineView, PrepareRun, RunView
from payout_svc.entrypoints.http.transfer_files import add_transfer_files
from payout_svc.use_cases.approve_run import approve_run
from payout_svc.use_cases.execute_run import execute_run
from payout_svc.use_cases.prepare_run import prepare_run

Officer = Annotated[Caller, Depends(Access("payments_officer"))]
Approver = Annotated[Caller, Depends(Access("payments_approver"))]
Payments = Annotated[Caller, Depends(Access("payments_officer", "payments_approver"))]


def payout_runs_router(services: Services) -> APIRouter:
    """Make the routes of payout runs."""
    router = APIRouter(prefix="/v1/payout-runs", tags=["payout runs"])
    _add_reads(router, services)
    _add_steps(router, services)
    add_transfer_files(router, services)
    return router


def _add_steps(router: APIRouter, services: Services) -> None:
    @router.post("", status_code=201, response_model=RunView)
    async def prepare_payout_run(
        request: Request, principal: Officer, body: PrepareRun, key: IdempotencyKey
    ) -> Response:
        """Prepare the run of a month: a dry run that moves no money.

        It tells who would be paid, who is carried over (not above the plan's threshold) and who is held, with the
        reason. A run of the month that was prepared before and not executed is replaced.
        """

        async def work(tx: PayoutsTransaction) -> RunView:
            run = await prepare_run(tx, month=RunMonth.parse(body.month), prepared_by=principal.subject)
            return RunView.of(run)

        return await run_command(
            request,
            principal,
            uow=services.uow,
            body=body,
            key=key,
            status=201,
            work=work,
            location=lambda view: f"/v1/payout-runs/{view.run_id}",
        )

    @router.post("/{run_id}/approve", response_model=RunView)
    async def approve_payout_run(request: Request, principal: Approver, run_id: UUID) -> Response:
        """Approve a prepared run; the person who prepared it cannot."""

        async def work(tx: PayoutsTransaction) -> RunView:
            return RunView.of(await approve_run(tx, run_id=run_id, approved_by=principal.subject))

        return await run_command(request, principal, uow=services.uow, work=work)

    @router.post("/{run_id}/execute")
    async def execute_payout_run(request: Request, principal: Officer, run_id: UUID) -> RunView:
        """Execute an approved run: ledger, bank file, messages to the payees.

        Safe to repeat: an interrupted execution is finished, a finished one is answered as it is. Refused with 409 when
        balances have changed since the dry run; the answer lists what changed.
        """
        begin = services.begin(request_context(request, principal))
        files = services.files.of(principal.fund)
        run = await execute_run(begin, run_id=run_id, executed_by=principal.subject, files=files)
        return RunView.of(run)


def _add_reads(router: APIRouter, services: Services) -> None:
    @router.get("", response_model=Page[RunView])
    async def list_payout_runs(
        request: Request, principal: Payments, cursor: CursorText = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response:
        """List runs, newest month first."""
        position = services.cursors.read(cursor)
        before = (date.fromisoformat(position[0]), int(position[1])) if position else None

        async def work(tx: PayoutsTransaction) -> Page[RunView]:
            runs = await tx.runs.page(before=before, limit=limit + 1)
            more = len(runs) > limit
            items = [RunView.of(run) for run in runs[:limit]]
            last = runs[limit - 1] if more else None
            following = services.cursors.write([last.month.first_day, last.sequence]) if last else None
            return Page(items=items, next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{run_id}", response_model=RunView)
    async def show_payout_run(request: Request, principal: Payments, run_id: UUID) -> Response:
        """Show a run with its totals and the comparison with the month before."""

        async def work(tx: PayoutsTransaction) -> RunView:
            return RunView.of(await tx.runs.get(run_id))

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{run_id}/lines", response_model=Page[LineView])
    async def list_payout_run_lines(
        request: Request,
        principal: Payments,
        run_id: UUID,
        outcome: Literal["pay", "carry", "hold"] | None = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List what a run does with each payee's balance."""
        position = services.cursors.read(cursor)
        after = int(position[0]) if position else 0

        async def work(tx: PayoutsTransaction) -> Page[LineView]:
            run = await tx.runs.get(run_id)
            wanted = LineOutcome(outcome) if outcome else None
            lines = await tx.runs.lines(run, outcome=wanted, after_line=after, limit=limit + 1)
            tx.audit("payout_run_lines_read", entity="payout_run", entity_id=run_id, after_line=after)
            following = services.cursors.write([lines[limit - 1].line]) if len(lines) > limit else None
            return Page(items=[LineView.model_validate(line) for line in lines[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)
