"""The list "Le tue pratiche" on the wire: the guide's seven columns, totals per year, CSV."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.bootstrap import Services
from claims_api.domain.claim_states import ClaimState
from claims_api.domain.currency import EURO
from claims_api.domain.practice_row import DirectState, PracticeRow, RowKind, RowSearch
from claims_api.entrypoints.http.acting import member_for
from claims_api.entrypoints.http.callers import Reader
from claims_api.entrypoints.http.currency_views import InItsCurrency
from claims_api.entrypoints.http.fields import PLAIN, Day
from claims_api.use_cases.ports import RowFilter
from claims_api.use_cases.read_practices import list_rows, read_totals
from kit.auth import Caller
from kit.commands import request_context, run_query
from kit.money import format_amount, minor_digits
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

PREFIX = "/v1/claims"
_EXPORT_PAGE = 500
_MEMBER = Query(description="Staff only: rows of this member")
COLUMNS_IT = (
    "Data Fattura",
    "Data richiesta",
    "Importo Richiesto",
    "Importo Liquidato",
    "Prestazione",
    "Assistito",
    "Stato",
    "Pratica",
    "Importo Documento",
    "Valuta",
)


class PracticeRowView(InItsCurrency):
    """A row of "Cronologia": a claim, or a direct service whose amount the fund has committed."""

    row_id: UUID = Field(description="The claim's or the booking's id, by `kind`")
    kind: RowKind
    case_id: UUID | None
    case_number: str | None = Field(description="The case's number, or the booking's code")
    person_id: UUID
    document_date: date = Field(description="Data fattura; of a direct service the day of the service")
    requested_on: date = Field(description="Data richiesta")
    requested_cents: int | None = Field(description="Importo richiesto in euro; null until a decision converts it")
    settled_cents: int = Field(description="Importo liquidato")
    service: str = Field(description="Prestazione")
    beneficiary: str = Field(description="Assistito")
    state: str = Field(description="Stato, as a code")
    state_label_it: str = Field(description="Stato")

    @classmethod
    def of(cls, row: PracticeRow) -> "PracticeRowView":
        return cls.model_validate(row, from_attributes=True)


class YearTotalView(BaseModel):
    """One year, by the day of the request."""

    year: int
    rows: int
    requested_cents: int
    settled_cents: int
    committed_cents: int = Field(description="The fund's share of direct services not closed yet")
    unconverted_rows: int = Field(description="Rows in another currency, not in the sums before their decision")


class Totals(BaseModel):
    """A member's totals, the newest year first."""

    items: list[YearTotalView]


def _search(  # noqa: PLR0913 (one argument a filter)
    state: Annotated[ClaimState | DirectState | None, Query(description="Stato")] = None,
    person_id: Annotated[UUID | None, Query(description="Assistito")] = None,
    name: Annotated[str | None, Query(max_length=100, pattern=PLAIN, description="Part of name or surname")] = None,
    requested_from: Annotated[Day | None, Query(description="Data richiesta da")] = None,
    requested_to: Annotated[Day | None, Query(description="Data richiesta a")] = None,
    document_from: Annotated[Day | None, Query(description="Data fattura da")] = None,
    document_to: Annotated[Day | None, Query(description="Data fattura a")] = None,
) -> RowSearch:
    return RowSearch(state, person_id, name, requested_from, requested_to, document_from, document_to)


Search = Annotated[RowSearch, Depends(_search)]


def practices_router(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["claims"])

    @router.get("", response_model=Page[PracticeRowView])
    async def list_practice_rows(
        request: Request,
        caller: Reader,
        search: Search,
        member_id: Annotated[UUID | None, _MEMBER] = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List "le tue pratiche", one row an invoice, the newest first; direct services are rows too."""
        position = services.cursors.read(cursor)
        owner = caller.owner_member_id or member_id
        wanted = RowFilter(search, owner, UUID(position[0]) if position else None, limit + 1)

        async def work(tx: ClaimsTransaction) -> Page[PracticeRowView]:
            found = await list_rows(tx, wanted=wanted)
            more = len(found) > limit
            return Page[PracticeRowView](
                items=[PracticeRowView.of(one) for one in found[:limit]],
                next_cursor=services.cursors.write([found[limit - 1].row_id]) if more else None,
            )

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/totals", response_model=Totals)
    async def show_totals(
        request: Request, caller: Reader, member_id: Annotated[UUID | None, _MEMBER] = None
    ) -> Response:
        """Sum up what a member asked for and received, year by year."""
        owner = member_for(caller, member_id)

        async def work(tx: ClaimsTransaction) -> Totals:
            found = await read_totals(tx, member_id=owner)
            return Totals(items=[YearTotalView.model_validate(one, from_attributes=True) for one in found])

        return await run_query(request, caller, uow=services.uow, work=work)

    @router.get("/export", response_class=StreamingResponse)
    async def export_rows(
        request: Request, caller: Reader, search: Search, member_id: Annotated[UUID | None, _MEMBER] = None
    ) -> StreamingResponse:
        """Export the filtered list as CSV for a spreadsheet (semicolons, decimal comma), streamed page by page."""
        wanted = RowFilter(search, member_for(caller, member_id), limit=_EXPORT_PAGE)
        headers = {"Content-Disposition": 'attachment; filename="pratiche.csv"'}
        lines = _csv(services, request, caller, wanted)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)

    return router


async def _csv(services: Services, request: Request, caller: Caller, wanted: RowFilter) -> AsyncIterator[str]:
    # The mark tells spreadsheets that it is UTF-8.
    yield "\ufeff" + _line(COLUMNS_IT)
    while True:
        async with services.uow.begin(request_context(request, caller)) as tx:
            rows = await list_rows(tx, wanted=wanted)
        yield "".join(_line(_cells(one)) for one in rows)
        if len(rows) < wanted.limit:
            return
        wanted = replace(wanted, before=rows[-1].row_id)


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(cells)
    return out.getvalue()


def _cells(row: PracticeRow) -> tuple[str, ...]:
    return (
        f"{row.document_date:%d/%m/%Y}",
        f"{row.requested_on:%d/%m/%Y}",
        "" if row.requested_cents is None else _amount(row.requested_cents),
        _amount(row.settled_cents),
        _text(row.service),
        _text(row.beneficiary),
        row.state_label_it,
        row.case_number or "",
        _amount(row.amount_cents, row.currency),
        row.currency,
    )


def _amount(minor: int, currency: str = EURO) -> str:
    return format_amount(minor, minor_digits(currency)).replace(".", "")


def _text(words: str) -> str:
    # A spreadsheet would run what begins so as a formula.
    return f"'{words}" if words[:1] in {"=", "+", "-", "@"} else words
