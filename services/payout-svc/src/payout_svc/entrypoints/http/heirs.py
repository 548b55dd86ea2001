"""/v1/heirs: whom a deceased member's balance is paid to."""

from datetime import date, datetime
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
from payout_svc.domain.heir_payee import HeirPayee
from payout_svc.use_cases.record_heirs import approve_heirs, record_heirs

Officer = Annotated[Caller, Depends(Access("payments_officer"))]
Approver = Annotated[Caller, Depends(Access("payments_approver"))]
Payments = Annotated[Caller, Depends(Access("payments_officer", "payments_approver"))]


class NewHeirs(BaseModel):
    model_config = ConfigDict(extra="forbid")

    member_id: UUID
    deceased_on: date
    name: Annotated[str, Field(min_length=2, max_length=70, description="The holder of the heirs' account")]
    iban: Annotated[str, Field(description="Without spaces", examples=["IT60X0542811101000000123456"])]
    document_ids: Annotated[
        list[UUID], Field(min_length=1, max_length=20, description="Death certificate, act of notoriety, mandate")
    ]


class HeirsView(BaseModel):
    """The heirs' payee of a deceased member."""

    model_config = ConfigDict(from_attributes=True)

    heir_id: UUID
    member_id: UUID
    deceased_on: date
    name: str
    iban_last4: str
    document_ids: list[UUID]
    state: Literal["recorded", "approved", "replaced"]
    recorded_by: str
    recorded_at: datetime
    approved_by: str | None
    approved_at: datetime | None

    @classmethod
    def of(cls, heir: HeirPayee) -> "HeirsView":
        shown = {name: getattr(heir, name) for name in cls.model_fields if name != "iban_last4"}
        return cls.model_validate(shown | {"iban_last4": heir.iban[-4:]})


def heirs_router(services: Services) -> APIRouter:
    """Make the routes of heirs."""
    router = APIRouter(prefix="/v1/heirs", tags=["heirs"])

    @router.post("", status_code=201, response_model=HeirsView)
    async def record_member_heirs(
        request: Request, principal: Officer, body: NewHeirs, key: IdempotencyKey
    ) -> Response:
        """Record the heirs' account of a deceased member, with the documents that prove it.

        The member's balance is held until another person has approved the record.
        """

        async def work(tx: PayoutsTransaction) -> HeirsView:
            heir = HeirPayee(heir_id=new_id(), recorded_by=principal.subject, recorded_at=tx.now, **body.model_dump())
            return HeirsView.of(await record_heirs(tx, heir=heir))

        return await run_command(request, principal, uow=services.uow, body=body, key=key, status=201, work=work)

    @router.post("/{heir_id}/approve", response_model=HeirsView)
    async def approve_member_heirs(request: Request, principal: Approver, heir_id: UUID) -> Response:
        """Approve the heirs' account: from now on the member's balance is paid there."""

        async def work(tx: PayoutsTransaction) -> HeirsView:
            return HeirsView.of(await approve_heirs(tx, heir_id=heir_id, approved_by=principal.subject))

        return await run_command(request, principal, uow=services.uow, work=work)

    @router.get("", response_model=Page[HeirsView])
    async def list_member_heirs(
        request: Request,
        principal: Payments,
        member_id: UUID | None = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the recorded heirs, oldest first."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None

        async def work(tx: PayoutsTransaction) -> Page[HeirsView]:
            found = await tx.heirs.page(member_id=member_id, after=after, limit=limit + 1)
            tx.audit("heirs_read", entity="member", entity_id=member_id or "all", person_id=member_id)
            following = services.cursors.write([found[limit - 1].heir_id]) if len(found) > limit else None
            return Page(items=[HeirsView.of(one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    return router
