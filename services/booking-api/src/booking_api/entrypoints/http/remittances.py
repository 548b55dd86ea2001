"""What the fund has paid to a facility, and what is still to come."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.entrypoints.http.viewers import FacilityDesk, facility_of
from booking_api.use_cases.matter_ports import Remittance, RemittanceLine
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page


class StatementLinks(BaseModel):
    """The statement (distinta) of the month, as a file."""

    pdf: str
    csv: str
    data: str


class RemittanceOut(BaseModel):
    """A transfer to the facility's account, with the bookings that it pays."""

    remittance_id: UUID
    execution_on: date
    amount_cents: int
    iban_last4: str
    booking_ids: list[UUID]
    statement: StatementLinks


class RemittanceLineOut(BaseModel):
    """One booking that is paid, or will be."""

    booking_id: UUID
    code: str
    closed_on: date
    invoice_number: str | None
    fund_share_cents: int


class OutstandingOut(BaseModel):
    """What is closed and not paid yet."""

    amount_cents: int
    lines: list[RemittanceLineOut]


def remittances_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/remittances", tags=["facility desk"])
    uow = services.uow

    @router.get("", name="list_remittances", response_model=Page[RemittanceOut])
    async def list_(
        request: Request, caller: FacilityDesk, cursor: CursorText = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response:
        """List the transfers to your account, newest first, with the statement of each month as PDF and CSV."""
        position = services.cursors.read(cursor)
        after = (date.fromisoformat(position[0]), UUID(position[1])) if position else None
        owner = facility_of(caller)

        async def work(tx: BookingsTransaction) -> Page[RemittanceOut]:
            found = await tx.matters.remittances(owner, after=after, limit=limit + 1)
            shown = found[:limit]
            tx.audit("remittances_listed", entity="facility", entity_id=owner, count=len(shown))
            next_cursor = (
                services.cursors.write([shown[-1].execution_on, shown[-1].payout_id]) if len(found) > limit else None
            )
            return Page(items=[_out(one) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=uow, work=work)

    @router.get("/outstanding", name="read_outstanding", response_model=OutstandingOut)
    async def outstanding(request: Request, caller: FacilityDesk) -> Response:
        """Show what is closed and not paid yet: it comes with one of the next transfers."""

        async def work(tx: BookingsTransaction) -> OutstandingOut:
            lines = [_line(one) for one in await tx.matters.remittance_lines(facility_of(caller), None)]
            return OutstandingOut(amount_cents=sum(one.fund_share_cents for one in lines), lines=lines)

        return await run_query(request, caller, uow=uow, work=work)

    @router.get("/{remittance_id}/lines", name="list_remittance_lines", response_model=Page[RemittanceLineOut])
    async def lines(request: Request, caller: FacilityDesk, remittance_id: UUID) -> Response:
        """List the bookings that a transfer pays, each with its code and your invoice."""

        async def work(tx: BookingsTransaction) -> Page[RemittanceLineOut]:
            found = await tx.matters.remittance_lines(facility_of(caller), remittance_id)
            return Page(items=[_line(one) for one in found])

        return await run_query(request, caller, uow=uow, work=work)

    return router


def _out(remittance: Remittance) -> RemittanceOut:
    month = f"/v1/statements/facilities/{remittance.execution_on:%Y-%m}"
    return RemittanceOut(
        remittance_id=remittance.payout_id,
        execution_on=remittance.execution_on,
        amount_cents=remittance.amount_cents,
        iban_last4=remittance.iban_last4,
        booking_ids=list(remittance.booking_ids),
        statement=StatementLinks(pdf=f"{month}?format=pdf", csv=f"{month}?format=csv", data=month),
    )


def _line(line: RemittanceLine) -> RemittanceLineOut:
    return RemittanceLineOut.model_validate(line, from_attributes=True)
