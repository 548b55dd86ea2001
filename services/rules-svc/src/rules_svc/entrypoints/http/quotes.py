"""/v1/quotes and /v1/limits: what a service would give, and what is left."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.auth import Access, Caller
from kit.clock import rome_date
from kit.commands import run_query
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.request import MODES
from rules_svc.entrypoints.http.schemas import QuoteBody, QuoteView, Standings
from rules_svc.entrypoints.http.views import quote_view, standing_view
from rules_svc.use_cases.quote_benefit import quote_benefit
from rules_svc.use_cases.read_limits import read_limits

Reader = Annotated[Caller, Depends(Access("member", "operator", "fund_admin", own="member"))]


def quotes_router(services: Services) -> APIRouter:
    """Make the routes of quotes and limits."""
    router = APIRouter(tags=["quotes"])

    @router.post("/v1/quotes", response_model=QuoteView)
    async def quote(request: Request, principal: Reader, body: QuoteBody) -> Response:
        """Tell what a service would give in indirect and direct mode, step by step; nothing is reserved."""
        modes = MODES if body.mode == "both" else (body.mode,)

        async def work(tx: RulesTransaction) -> QuoteView:
            found = await quote_benefit(
                tx,
                person_id=body.person_id,
                owner_member_id=principal.owner_member_id,
                request=body.to_domain(),
                modes=modes,
            )
            return quote_view(found, body.person_id, tx.texts)

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/v1/limits", response_model=Standings)
    async def list_limits(
        request: Request,
        principal: Reader,
        person_id: UUID,
        day: Annotated[date | None, Query(alias="on", description="The day; today by default")] = None,
    ) -> Response:
        """Show what a person has consumed, reserved and left in every limit of the plan, per mode."""

        async def work(tx: RulesTransaction) -> Standings:
            on = day or rome_date(tx.now)
            found = await read_limits(tx, person_id=person_id, owner_member_id=principal.owner_member_id, day=on)
            return Standings(person_id=person_id, on=on, items=[standing_view(one) for one in found])

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
