"""Limits: what is left to each person of a family, until when, and what used it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kit.auth import Access, Caller
from kit.clock import rome_date
from kit.commands import run_query
from kit.errors import FieldError
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services
from rules_svc.domain.errors import FamilyNotNamed
from rules_svc.entrypoints.http.schemas import MovementView, Standings
from rules_svc.entrypoints.http.views import person_standing_view
from rules_svc.use_cases.read_limits import read_limits, read_movements

Reader = Annotated[Caller, Depends(Access("member", "operator", "fund_admin", own="member"))]


def limits_router(services: Services) -> APIRouter:
    """Make the routes of limits."""
    router = APIRouter(prefix="/v1/limits", tags=["limits"])
    _add_movements(router, services)

    @router.get("", response_model=Standings)
    async def list_limits(
        request: Request,
        principal: Reader,
        person_id: Annotated[UUID | None, Query(description="One person; the whole family by default")] = None,
        member_id: Annotated[UUID | None, Query(description="Whose family; a member's own by default")] = None,
        article: Annotated[str | None, Query(max_length=20, description="Only the limits of this article")] = None,
        day: Annotated[date | None, Query(alias="on", description="The day; today by default")] = None,
    ) -> Response:
        """Show what each person of a family has used and left of every limit, per mode, and until when."""
        owner = principal.owner_member_id
        if person_id is None and member_id is None and owner is None:
            field = FieldError("/query/person_id", "exactly_one", "give person_id or member_id")
            raise FamilyNotNamed("give the person or the member whose limits are asked for", errors=[field])

        async def work(tx: RulesTransaction) -> Standings:
            on = day or rome_date(tx.now)
            found = await read_limits(
                tx, person_id=person_id, member_id=member_id, owner_member_id=owner, day=on, article=article
            )
            return Standings(person_id=person_id, on=on, items=[person_standing_view(one) for one in found])

        return await run_query(request, principal, uow=services.uow, work=work)

    return router


def _add_movements(router: APIRouter, services: Services) -> None:
    @router.get("/{limit_id}/movements", response_model=Page[MovementView])
    async def list_movements(
        request: Request,
        principal: Reader,
        limit_id: str,
        person_id: UUID,
        limit: Limit = DEFAULT_LIMIT,
        cursor: CursorText = None,
    ) -> Response:
        """List what used a person's limit, reserved it or gave it back, the newest first."""
        after = services.cursors.read(cursor)

        async def work(tx: RulesTransaction) -> Page[MovementView]:
            found = await read_movements(
                tx,
                person_id=person_id,
                owner_member_id=principal.owner_member_id,
                limit_id=limit_id,
                after=(datetime.fromisoformat(after[0]), UUID(after[1])) if after else None,
                count=limit + 1,
            )
            shown = found[:limit]
            more = services.cursors.write([shown[-1]["at"], shown[-1]["posting_id"]]) if len(found) > limit else None
            return Page(items=[MovementView(**row) for row in shown], next_cursor=more)

        return await run_query(request, principal, uow=services.uow, work=work)
