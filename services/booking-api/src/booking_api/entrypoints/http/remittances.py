"""What the fund has paid to a facility, and what is still to come."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.remittance import LineKind, Remittance, RemittanceLine
from booking_api.entrypoints.http.viewers import FacilityDesk, facility_of
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

RemittanceId = Annotated[UUID, Path(description="The `remittance_id` of `GET /v1/remittances`")]


class StatementLinks(BaseModel):
    """The statement (distinta) of this transfer, as a file: its lines sum to `amount_cents`."""

    pdf: Annotated[str, Field(description="PDF/A and PDF/UA")]
    csv: Annotated[str, Field(description="For spreadsheets: semicolons, decimal commas")]
    data: Annotated[str, Field(description="The same as JSON")]


class ReturnOut(BaseModel):
    """The bank sent a transfer back: what it paid is outstanding again."""

    returned_on: date
    reason: Annotated[str, Field(description="The bank's code (ISO 20022)", examples=["AC04"])]


class RemittanceOut(BaseModel):
    """A transfer to the facility's account, with the bookings that it pays."""

    remittance_id: UUID
    execution_on: Annotated[date, Field(description="The day on which the bank pays")]
    month: Annotated[str, Field(description="The month of the fund's run", examples=["2027-01"])]
    amount_cents: Annotated[int, Field(description="The sum of its lines")]
    iban_last4: Annotated[str, Field(description="The end of the account that was paid")]
    booking_ids: list[UUID]
    returned: Annotated[ReturnOut | None, Field(description="Set when the transfer came back")]
    statement: StatementLinks


class RemittanceLineOut(BaseModel):
    """One line of a transfer, or one that is still to come."""

    kind: Annotated[
        LineKind,
        Field(
            description="`booking`; `imported_booking`: closed in the system before this one; `booking_correction`: "
            "what a review has added to a booking that was paid before"
        ),
    ]
    booking_id: UUID
    matter_id: Annotated[UUID | None, Field(description="The review of a correction")]
    code: Annotated[str, Field(description="The authorisation's; of an imported booking its number there")]
    closed_on: Annotated[date, Field(description="The day from which the fund owes it")]
    invoice_number: Annotated[str | None, Field(description="Your invoice; of a correction that of its booking")]
    fund_share_cents: Annotated[int, Field(description="What this line pays")]


class OutstandingOut(BaseModel):
    """What is closed or added and not paid yet."""

    amount_cents: Annotated[int, Field(description="The sum of the lines")]
    lines: list[RemittanceLineOut]


def remittances_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/remittances", tags=["facility desk"])
    uow = services.uow

    @router.get("", name="list_remittances", response_model=Page[RemittanceOut])
    async def list_(
        request: Request, caller: FacilityDesk, cursor: CursorText = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response:
        """List the transfers to your account, newest first, each with its statement as PDF and CSV."""
        position = services.cursors.read(cursor)
        after = (date.fromisoformat(position[0]), UUID(position[1])) if position else None
        owner = facility_of(caller)

        async def work(tx: BookingsTransaction) -> Page[RemittanceOut]:
            found = await tx.remittances.page(owner, after=after, limit=limit + 1)
            shown = found[:limit]
            tx.audit("remittances_listed", entity="facility", entity_id=owner, count=len(shown))
            next_cursor = (
                services.cursors.write([shown[-1].execution_on, shown[-1].payout_id]) if len(found) > limit else None
            )
            return Page(items=[_out(one) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=uow, work=work)

    @router.get("/outstanding", name="read_outstanding", response_model=OutstandingOut)
    async def outstanding(request: Request, caller: FacilityDesk) -> Response:
        """Show what the fund owes you and has not paid yet: it comes with one of the next transfers.

        Closed bookings, imported ones that were not paid before, what reviews have added, and what came back.
        """

        async def work(tx: BookingsTransaction) -> OutstandingOut:
            lines = [_line(one) for one in await tx.remittances.outstanding(facility_of(caller))]
            return OutstandingOut(amount_cents=sum(one.fund_share_cents for one in lines), lines=lines)

        return await run_query(request, caller, uow=uow, work=work)

    @router.get("/{remittance_id}/lines", name="list_remittance_lines", response_model=Page[RemittanceLineOut])
    async def lines(request: Request, caller: FacilityDesk, remittance_id: RemittanceId) -> Response:
        """List all that a transfer pays, each line with its code and your invoice; the lines sum to the transfer."""

        async def work(tx: BookingsTransaction) -> Page[RemittanceLineOut]:
            found = await tx.remittances.lines(facility_of(caller), remittance_id)
            return Page(items=[_line(one) for one in found])

        return await run_query(request, caller, uow=uow, work=work)

    return router


def _out(remittance: Remittance) -> RemittanceOut:
    one = f"/v1/statements/facilities/{remittance.month}?payout_id={remittance.payout_id}"
    back = None
    if remittance.returned_on is not None:
        back = ReturnOut(returned_on=remittance.returned_on, reason=remittance.return_reason or "")
    return RemittanceOut(
        remittance_id=remittance.payout_id,
        execution_on=remittance.execution_on,
        month=remittance.month,
        amount_cents=remittance.amount_cents,
        iban_last4=remittance.iban_last4,
        booking_ids=list(remittance.booking_ids),
        returned=back,
        statement=StatementLinks(pdf=f"{one}&format=pdf", csv=f"{one}&format=csv", data=one),
    )


def _line(line: RemittanceLine) -> RemittanceLineOut:
    return RemittanceLineOut(
        kind=line.kind,
        booking_id=line.booking_id,
        matter_id=line.source_id if line.kind is LineKind.BOOKING_CORRECTION else None,
        code=line.code,
        closed_on=line.due_on,
        invoice_number=line.invoice_number,
        fund_share_cents=line.amount_cents,
    )
