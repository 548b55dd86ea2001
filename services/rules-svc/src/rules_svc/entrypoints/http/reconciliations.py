"""/v1/limits/reconciliations: the limits ledger compared with the decisions, a month at a time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, run_command, run_query
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.events import LedgerReconciled
from rules_svc.use_cases.reconcile_ledger import ask_reconciliation, read_reconciliation

Officer = Annotated[Caller, Depends(Access("payments_officer", "fund_admin"))]
Month = Annotated[str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class ReconciliationView(BaseModel):
    """A month's reconciliation, or that it was asked for."""

    month: str
    requested_by: str
    requested_at: datetime
    state: Annotated[str, Field(description="waiting, all_equal or differing")]
    result: Annotated[LedgerReconciled | None, Field(description="null while it waits for the worker")]

    @classmethod
    def of(cls, month: str, found: Mapping[str, Any]) -> Self:
        result = found["result"]
        state = "waiting" if result is None else "differing" if result["differing"] else "all_equal"
        return cls(month=month, state=state, **found)


def reconciliations_router(services: Services) -> APIRouter:
    """Make the routes of reconciliations."""
    router = APIRouter(prefix="/v1/limits/reconciliations", tags=["limits"])

    @router.post("/{month}", response_model=ReconciliationView, status_code=202)
    async def ask_for_reconciliation(
        request: Request, principal: Officer, month: Month, key: IdempotencyKey
    ) -> Response:
        """Compare the limits ledger with the decisions of a month; the worker does it, and the closing takes it.

        Every decision is decided anew from its row and compared with its postings, every balance with the sum of its
        postings. Of a month that is running the days before today are counted.
        """

        async def work(tx: RulesTransaction) -> ReconciliationView:
            found = await ask_reconciliation(tx, month=_first(month), requested_by=principal.actor)
            return ReconciliationView.of(month, found)

        return await run_command(request, principal, uow=services.uow, work=work, key=key, status=202)

    @router.get("/{month}", response_model=ReconciliationView)
    async def show_reconciliation(request: Request, principal: Officer, month: Month) -> Response:
        """Show the last reconciliation of a month: its totals, and what differs with its id."""

        async def work(tx: RulesTransaction) -> ReconciliationView:
            return ReconciliationView.of(month, await read_reconciliation(tx, month=_first(month)))

        return await run_query(request, principal, uow=services.uow, work=work)

    return router


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
