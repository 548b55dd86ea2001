"""/v1/instalments: benefits that are paid over several years."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services

MemberOrStaff = Annotated[
    Caller, Depends(Access("member", "operator", "payments_officer", "payments_approver", own="member"))
]
State = Literal["planned", "scheduled", "asked", "granted", "lapsed"]


class LapseReasonView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    text_it: str
    text_en: str


class InstalmentView(BaseModel):
    """An instalment after the first, which is paid with the claim itself."""

    model_config = ConfigDict(from_attributes=True)

    instalment_id: UUID
    claim_id: UUID
    case_number: str
    member_id: UUID
    person_id: UUID
    article: str
    number: Annotated[int, Field(description="From 2 on")]
    due_on: Annotated[date, Field(description="First day of its month; expected only, while `planned`")]
    amount_cents: Annotated[int, Field(description="Euro cents, as decided with the claim")]
    payable_cents: Annotated[int | None, Field(description="What is paid of it, once `granted`")]
    state: Annotated[
        State,
        Field(
            description="planned: the first is not paid yet; asked: membership and contributions are looked at again"
        ),
    ]
    reasons: Annotated[list[LapseReasonView], Field(description="Why it lapsed")]


def instalments_router(services: Services) -> APIRouter:
    """Make the route of instalments."""
    router = APIRouter(prefix="/v1/instalments", tags=["instalments"])

    @router.get("", response_model=Page[InstalmentView])
    async def list_instalments(  # noqa: PLR0913 (filters and page)
        request: Request,
        principal: MemberOrStaff,
        member_id: UUID | None = None,
        claim_id: UUID | None = None,
        state: State | None = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the later instalments of benefits, with their month and what became of them; members see their own.

        Each is due in the month in which the first one was paid, in the years after it, and is looked at again then: an
        instalment that lapsed says why.
        """
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None
        owner = principal.owner_member_id or member_id

        async def work(tx: PayoutsTransaction) -> Page[InstalmentView]:
            found = await tx.instalments.page(
                member_id=owner, claim_id=claim_id, state=state, after=after, limit=limit + 1
            )
            tx.audit("instalments_read", entity="member", entity_id=owner or "all", person_id=owner)
            following = services.cursors.write([found[limit - 1].instalment_id]) if len(found) > limit else None
            return Page(items=[InstalmentView.model_validate(one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
