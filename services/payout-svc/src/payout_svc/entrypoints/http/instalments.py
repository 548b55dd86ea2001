"""/v1/instalments: benefits that are paid over several years."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.domain.instalment import Instalment

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
    total: Annotated[int, Field(description="How many the benefit has, the first included")]
    title_it: Annotated[str, Field(examples=["Rata 2 di 4"])]
    title_en: Annotated[str, Field(examples=["Instalment 2 of 4"])]
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

    @classmethod
    def of(cls, one: Instalment, total: int) -> Self:
        titles = {"it": f"Rata {one.number} di {total}", "en": f"Instalment {one.number} of {total}"}
        shown = asdict(one) | {"total": total, "title_it": titles["it"], "title_en": titles["en"]}
        return cls.model_validate(shown)


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
        """List the later instalments of benefits by claim and number, with their month and what became of them.

        Members see their own. Each is due in the month in which the first one was paid, in the years after it, and is
        looked at again then: an instalment that lapsed says why.
        """
        position = services.cursors.read(cursor)
        after = (UUID(position[0]), int(position[1])) if position else None
        owner = principal.owner_member_id or member_id

        async def work(tx: PayoutsTransaction) -> Page[InstalmentView]:
            found = await tx.instalments.page(
                member_id=owner, claim_id=claim_id, state=state, after=after, limit=limit + 1
            )
            tx.audit("instalments_read", entity="member", entity_id=owner or "all", person_id=owner)
            last = found[limit - 1][0] if len(found) > limit else None
            following = services.cursors.write([last.claim_id, last.number]) if last else None
            return Page(items=[InstalmentView.of(*one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
