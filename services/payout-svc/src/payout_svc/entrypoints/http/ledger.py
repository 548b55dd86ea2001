"""/v1/ledger: the ledger's proof."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_query
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.entrypoints.http.schemas import BalanceCheckView

Auditor = Annotated[Caller, Depends(Access("payments_officer", "payments_approver", "fund_admin", "ops"))]


def ledger_router(services: Services) -> APIRouter:
    """Make the route of the ledger's proof."""
    router = APIRouter(prefix="/v1/ledger", tags=["ledger"])

    @router.get("/balance-check", response_model=BalanceCheckView)
    async def check_ledger_balance(request: Request, principal: Auditor) -> Response:
        """Add the whole ledger up again: every transaction sums to zero, and it owes what the payables say."""

        async def work(tx: PayoutsTransaction) -> BalanceCheckView:
            return BalanceCheckView.of(await tx.ledger.check())

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
