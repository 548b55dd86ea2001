"""/v1/payout-holds/claim-checks: checks of single claims, and what they hold."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services

Payments = Annotated[Caller, Depends(Access("payments_officer", "payments_approver"))]


class ClaimCheckView(BaseModel):
    """A check of a claim (1.3); what is owed for the claim waits until the claims desk closes it."""

    model_config = ConfigDict(from_attributes=True)

    check_id: UUID
    claim_id: UUID
    member_id: UUID
    kind: Literal["sampling", "check_up_visit"]
    reason: str
    opened_at: datetime | None
    closed_at: datetime | None
    held_cents: Annotated[int, Field(description="What waits now, corrections included")]
    effect: Annotated[
        Literal["holds", "paid_before", "nothing_owed", "closed"],
        Field(description="paid_before: opened after a run had paid the claim; it changes nothing"),
    ]


def claim_checks_router(services: Services) -> APIRouter:
    """Make the route of checks of claims."""
    router = APIRouter(prefix="/v1/payout-holds/claim-checks", tags=["payout holds"])

    @router.get("", response_model=Page[ClaimCheckView])
    async def list_claim_checks(
        request: Request,
        principal: Payments,
        claim_id: UUID | None = None,
        state: Literal["open", "all"] = "open",
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List checks of claims with what they hold: the open ones, or all that ever were."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None

        async def work(tx: PayoutsTransaction) -> Page[ClaimCheckView]:
            found = await tx.claim_checks.page(
                claim_id=claim_id, open_only=state == "open", after=after, limit=limit + 1
            )
            following = services.cursors.write([found[limit - 1].check_id]) if len(found) > limit else None
            return Page(items=[ClaimCheckView.model_validate(one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
