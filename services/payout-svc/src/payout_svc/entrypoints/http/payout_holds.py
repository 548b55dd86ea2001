"""/v1/payout-holds: payees who must not be paid yet."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, run_command, run_query
from kit.ids import new_id
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payee_hold import Hold, HoldKind
from payout_svc.entrypoints.http.schemas import PayeeText
from payout_svc.use_cases.lift_hold import lift_hold
from payout_svc.use_cases.place_hold import place_hold

Payments = Annotated[Caller, Depends(Access("payments_officer", "payments_approver"))]
Approver = Annotated[Caller, Depends(Access("payments_approver"))]
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class NewHold(BaseModel):
    model_config = ConfigDict(extra="forbid")

    payee_kind: PayeeText
    payee_id: UUID
    kind: Literal["blocked", "check_open"]
    reason: Reason


class LiftHold(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason


class HoldView(BaseModel):
    """A hold; the balance stays the payee's and is paid by the next run after the hold is lifted."""

    model_config = ConfigDict(from_attributes=True)

    hold_id: UUID
    payee_kind: PayeeText
    payee_id: UUID
    kind: Annotated[
        Literal["blocked", "check_open", "deceased", "iban_mismatch"],
        Field(description="deceased: the heirs wait for approval; iban_mismatch: the bank says another holder"),
    ]
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lift_reason: str | None


def payout_holds_router(services: Services) -> APIRouter:
    """Make the routes of holds."""
    router = APIRouter(prefix="/v1/payout-holds", tags=["payout holds"])
    _add_commands(router, services)

    @router.get("", response_model=Page[HoldView])
    async def list_payout_holds(
        request: Request,
        principal: Payments,
        payee_id: UUID | None = None,
        state: Literal["open", "all"] = "open",
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List holds, oldest first: the open ones, or all that ever were."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None

        async def work(tx: PayoutsTransaction) -> Page[HoldView]:
            found = await tx.holds.page(payee_id=payee_id, open_only=state == "open", after=after, limit=limit + 1)
            following = services.cursors.write([found[limit - 1].hold_id]) if len(found) > limit else None
            return Page(items=[HoldView.model_validate(one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router


def _add_commands(router: APIRouter, services: Services) -> None:
    @router.post("", status_code=201, response_model=HoldView)
    async def place_payout_hold(request: Request, principal: Payments, body: NewHold, key: IdempotencyKey) -> Response:
        """Hold a payee: a blocked member, or a check that is still open.

        Runs that are prepared from now on keep the balance back; one that is approved already is refused when it is
        executed.
        """

        async def work(tx: PayoutsTransaction) -> HoldView:
            hold = Hold(
                hold_id=new_id(),
                payee_kind=PayeeKind(body.payee_kind),
                payee_id=body.payee_id,
                kind=HoldKind(body.kind),
                reason=body.reason,
                placed_by=principal.subject,
                placed_at=tx.now,
            )
            return HoldView.model_validate(await place_hold(tx, hold=hold))

        return await run_command(request, principal, uow=services.uow, body=body, key=key, status=201, work=work)

    @router.post("/{hold_id}/lift", response_model=HoldView)
    async def lift_payout_hold(request: Request, principal: Approver, hold_id: UUID, body: LiftHold) -> Response:
        """Lift a hold, with the reason; the person who placed it cannot, since money moves again then."""

        async def work(tx: PayoutsTransaction) -> HoldView:
            hold = await lift_hold(tx, hold_id=hold_id, lifted_by=principal.subject, reason=body.reason)
            return HoldView.model_validate(hold)

        return await run_command(request, principal, uow=services.uow, body=body, work=work)
