"""/v1/statements/tax-communications: the fund's yearly communication to the tax authority."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from kit.auth import Access, Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page
from payout_svc.adapters.unit_of_work import PayoutsTransaction
from payout_svc.bootstrap import Services
from payout_svc.use_cases.communicate_year import communicate_year

Officer = Annotated[Caller, Depends(Access("payments_officer", "fund_admin"))]
Year = Annotated[int, Path(ge=2000, le=2100, examples=[2026])]
Number = Annotated[int | None, Query(ge=1, le=99, description="1 is the ordinary one; the last one when not given")]
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


class TaxCommunicationView(BaseModel):
    """A communication with the sums of the whole year as it stands with it."""

    model_config = ConfigDict(from_attributes=True)

    year: int
    number: int
    kind: Literal["ordinary", "correction"]
    made_by: str
    made_at: datetime
    persons: int
    amount_cents: Annotated[int, Field(description="Reimbursed to persons with a known fiscal code, in cents")]
    unassigned_cents: Annotated[int, Field(description="Paid for nobody whose fiscal code is known: look at it")]
    ledger_cents: Annotated[int, Field(description="The same money as the ledger has it: the sum of both")]


class TaxLineView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    fiscal_code: str
    name: str
    member_id: UUID
    amount_cents: Annotated[int, Field(description="The person's whole year, in cents; 0 takes the line back")]
    previous_cents: Annotated[int, Field(description="What was communicated before")]


def tax_communications_router(services: Services) -> APIRouter:
    """Make the routes of the yearly communication."""
    router = APIRouter(prefix="/v1/statements/tax-communications", tags=["statements"])
    _add_reads(router, services)

    @router.post("/{year}", status_code=201, response_model=TaxCommunicationView)
    async def make_tax_communication(request: Request, principal: Officer, year: Year, key: IdempotencyKey) -> Response:
        """Make a year's communication: one line a person with what was reimbursed, by the day of payment.

        The first is the ordinary one. Made again it is a correction with the persons whose amount has changed since,
        for instance by a transfer that came back; when nothing has, the last one is answered and nothing is made.
        """

        async def work(tx: PayoutsTransaction) -> TaxCommunicationView:
            made = await communicate_year(tx, year=year, made_by=principal.subject)
            return TaxCommunicationView.model_validate(made)

        return await run_command(request, principal, uow=services.uow, key=key, status=201, work=work)

    return router


def _add_reads(router: APIRouter, services: Services) -> None:
    @router.get("/{year}", response_model=TaxCommunicationView)
    async def show_tax_communication(
        request: Request, principal: Officer, year: Year, number: Number = None
    ) -> Response:
        """Show a year's communication and its sums."""

        async def work(tx: PayoutsTransaction) -> TaxCommunicationView:
            return TaxCommunicationView.model_validate(await tx.taxes.get(year, number))

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{year}/lines", response_model=Page[TaxLineView])
    async def list_tax_communication_lines(
        request: Request,
        principal: Officer,
        year: Year,
        number: Number = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the persons of a communication."""
        position = services.cursors.read(cursor)
        after = UUID(position[0]) if position else None

        async def work(tx: PayoutsTransaction) -> Page[TaxLineView]:
            made = await tx.taxes.get(year, number)
            found = await tx.taxes.lines(made, after=after, limit=limit + 1)
            tx.audit("tax_communication_read", entity="tax_communication", entity_id=f"{year}/{made.number}")
            following = services.cursors.write([found[limit - 1].person_id]) if len(found) > limit else None
            return Page(items=[TaxLineView.model_validate(one) for one in found[:limit]], next_cursor=following)

        return await run_query(request, principal, uow=services.uow, work=work)

    @router.get("/{year}/file", response_class=Response, responses=_CSV)
    async def download_tax_communication(
        request: Request, principal: Officer, year: Year, number: Number = None
    ) -> Response:
        """Download a communication as CSV; every download is audited, and the same one has the same bytes."""
        async with services.uow.begin(request_context(request, principal)) as tx:
            made = await tx.taxes.get(year, number)
            lines = await tx.taxes.lines(made)
            tx.audit("tax_communication_file_read", entity="tax_communication", entity_id=f"{year}/{made.number}")
        content = services.tax_file.write(made, lines, fund_name=services.settings.debtor_name)
        name = f"tax-communication-{year}-{made.number:02d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
