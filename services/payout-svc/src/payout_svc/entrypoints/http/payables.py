"""/v1/payables: what the fund owes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from kit.auth import Access, Caller
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.read_store import PayableFilter
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.entrypoints.http.schemas import PayableState, PayableView

Staff = Annotated[Caller, Depends(Access("payments_officer", "payments_approver", "operator", "fund_admin"))]


def payables_router(services: Services) -> APIRouter:
    """Make the route of payables."""
    router = APIRouter(prefix="/v1/payables", tags=["payables"])

    @router.get("", response_model=Page[PayableView])
    async def list_payables(  # noqa: PLR0913 (filters and page)
        request: Request,
        principal: Staff,
        payee: Literal["member", "facility"] | None = None,
        payee_id: UUID | None = None,
        state: PayableState | None = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List what the fund owes, oldest first; `open` is what no payout has taken yet."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None
        wanted = PayableFilter(payee_kind=payee, payee_id=payee_id, state=state)

        async def work(tx: PayoutsTransaction) -> Page[PayableView]:
            rows = await tx.lists.payables(wanted, after=after, limit=limit + 1)
            tx.audit("payables_read", entity="payee", entity_id=payee_id or "all", person_id=payee_id)
            following = services.cursors.write([rows[limit - 1]["payable_id"]]) if len(rows) > limit else None
            return Page(items=[PayableView(**row) for row in rows[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
