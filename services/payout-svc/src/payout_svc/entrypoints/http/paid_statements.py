"""/v1/statements/…: the member's year and the facility's month, as JSON, spreadsheet and PDF."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.clock import rome_date
from kit.commands import request_context
from kit.errors import FieldError
from payout_svc.adapters.statement_text import facility_csv, facility_page, reimbursement_csv, reimbursement_page
from payout_svc.bootstrap import Services
from payout_svc.domain.errors import PayeeMissing
from payout_svc.domain.paid_statement import LineKind
from payout_svc.domain.run_month import RunMonth

MemberOrStaff = Annotated[
    Caller, Depends(Access("member", "operator", "payments_officer", "payments_approver", own="member"))
]
FacilityOrStaff = Annotated[
    Caller, Depends(Access("facility", "operator", "payments_officer", "payments_approver", own="facility"))
]
Year = Annotated[int, Path(ge=2000, le=2100, examples=[2026])]
Month = Annotated[str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]
Format = Annotated[
    Literal["json", "csv", "pdf"], Query(description="csv: for Italian spreadsheets; pdf: PDF/A and PDF/UA")
]
OneTransfer = Annotated[
    UUID | None, Query(description="Only this transfer: the `remittance_id` of `GET /v1/remittances`")
]
Cents = Annotated[int, Field(description="Euro cents")]
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}


class ExpenseView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    claim_id: UUID
    case_number: str
    article: str | None
    settled_on: date
    requested_cents: Annotated[int | None, Field(description="The expense, where it is known")]
    amount_cents: Cents
    paid_on: date


class PersonView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str | None
    fiscal_code: str | None
    amount_cents: Cents
    expenses: list[ExpenseView]


class ReimbursementsView(BaseModel):
    """What a member was reimbursed in a calendar year."""

    model_config = ConfigDict(from_attributes=True)

    year: int
    member_id: UUID
    member_name: str
    amount_cents: Cents
    persons: list[PersonView]


class InvoiceView(BaseModel):
    """A line of the statement; the lines sum to what was transferred."""

    model_config = ConfigDict(from_attributes=True)

    kind: Annotated[
        LineKind,
        Field(
            description="A booking; one that the system before this one closed (`imported_booking`); what a review has "
            "added to a booking that was paid before (`booking_correction`)"
        ),
    ]
    booking_id: UUID
    code: Annotated[
        str | None, Field(description="The code of the authorisation; of an imported booking its number there")
    ]
    invoice_number: Annotated[str, Field(description="Your invoice; of a correction that of its booking")]
    closed_on: date
    amount_cents: Cents
    paid_on: date


class FacilityStatementView(BaseModel):
    """What a facility is paid by the runs of a month."""

    model_config = ConfigDict(from_attributes=True)

    month: str
    facility_id: UUID
    facility_name: str
    amount_cents: Cents
    invoices: list[InvoiceView]


def paid_statements_router(services: Services) -> APIRouter:
    """Make the routes of statements to keep."""
    router = APIRouter(prefix="/v1/statements", tags=["statements"])
    _add_reimbursements(router, services)
    _add_facility_statement(router, services)
    return router


def _add_reimbursements(router: APIRouter, services: Services) -> None:
    @router.get("/reimbursements/{year}", response_model=ReimbursementsView, responses=_FILES)
    async def show_reimbursements(
        request: Request,
        principal: MemberOrStaff,
        year: Year,
        member_id: UUID | None = None,
        format: Format = "json",  # noqa: A002 (the parameter's name in the API)
    ) -> Response:
        """Show a member's reimbursements of a calendar year for the tax return, per person and expense.

        Amounts count by the day of payment; transfers that came back are left out. Members see their own year, staff
        ask by `member_id`.
        """
        owner = _wanted(principal.owner_member_id or member_id, "member_id")
        async with services.uow.begin(request_context(request, principal)) as tx:
            today = rome_date(tx.now)
            statement = await tx.paid.reimbursements(owner, year=year, today=today)
            tx.audit("reimbursements_read", entity="member", entity_id=owner, person_id=owner, year=year)
        if format == "json":
            return _json(ReimbursementsView.model_validate(statement))
        if format == "csv":
            return _file(reimbursement_csv(statement), f"rimborsi-{year}.csv")
        page = reimbursement_page(statement, fund_name=services.settings.debtor_name, printed_on=today)
        return _file(await services.press.print_page(page, printed_on=today), f"rimborsi-{year}.pdf")


def _add_facility_statement(router: APIRouter, services: Services) -> None:
    @router.get("/facilities/{month}", response_model=FacilityStatementView, responses=_FILES)
    async def show_facility_statement(
        request: Request,
        principal: FacilityOrStaff,
        month: Month,
        facility_id: UUID | None = None,
        payout_id: OneTransfer = None,
        format: Format = "json",  # noqa: A002 (the parameter's name in the API)
    ) -> Response:
        """Show what a facility is paid by the runs of a month, line by line (distinta).

        The lines sum to the transfers of the month, with `payout_id` to that one, to the cent. Transfers that came back
        are left out. Facilities see their own month, staff ask by `facility_id`.
        """
        owner = _wanted(principal.owner_facility_id or facility_id, "facility_id")
        async with services.uow.begin(request_context(request, principal)) as tx:
            today = rome_date(tx.now)
            statement = await tx.paid.invoices(owner, month=RunMonth.parse(month), payout_id=payout_id)
            tx.audit("facility_statement_read", entity="facility", entity_id=owner, month=month)
        if format == "json":
            return _json(FacilityStatementView.model_validate(statement))
        if format == "csv":
            return _file(facility_csv(statement), f"distinta-{month}.csv")
        page = facility_page(statement, fund_name=services.settings.debtor_name, printed_on=today)
        return _file(await services.press.print_page(page, printed_on=today), f"distinta-{month}.pdf")


T = TypeVar("T")


def _wanted(owner: T | None, name: str) -> T:
    if owner is None:
        field = FieldError(f"/{name}", "required", "say whose statement you want")
        raise PayeeMissing(f"the query needs {name}", errors=[field])
    return owner


def _json(view: BaseModel) -> Response:
    return Response(view.model_dump_json(), media_type="application/json")


def _file(content: bytes, name: str) -> Response:
    media_type = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
