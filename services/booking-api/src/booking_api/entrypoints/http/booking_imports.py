"""Bookings from another system: the fund imports them, the facility sees its own."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.booking_import import BookingImport, ForeignBooking
from booking_api.domain.errors import ImportNotFound
from booking_api.entrypoints.http.schemas import FACILITY_CODE, InputModel, Short
from booking_api.entrypoints.http.viewers import FacilityDesk, NetworkOffice, facility_of
from booking_api.use_cases.import_bookings import import_bookings
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

Share = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
DryRun = Annotated[bool, Query(description="Only say what would become of each booking")]


class ForeignIn(InputModel):
    """One booking of the other system, in its own words for the state; its shares stay as they are."""

    foreign_id: Annotated[str, Field(min_length=1, max_length=60)]
    facility_code: Annotated[str, Field(pattern=FACILITY_CODE.pattern)]
    person_id: UUID
    state: Annotated[str, Field(min_length=1, max_length=40, examples=["CHIUSA"])]
    service_code: Short
    opened_on: date
    dispensed_on: date | None = None
    invoice_number: Annotated[str, Field(max_length=40)] | None = None
    fund_share_cents: Share
    member_share_cents: Share
    paid: bool = False
    dental: bool = False
    teeth: Annotated[tuple[int, ...], Field(max_length=52)] = ()


class ImportIn(InputModel):
    """Bookings of the other system."""

    bookings: Annotated[list[ForeignIn], Field(min_length=1, max_length=2000)]


class ImportLineOut(BaseModel):
    """What became of one booking, with the rule."""

    foreign_id: str
    imported: bool
    rule: str
    message: str


class ImportOut(BaseModel):
    """The report: how many were imported, what the fund pays for them from here, and every booking that was not."""

    import_id: UUID
    dry_run: bool
    imported: int
    payable_cents: int
    skipped: list[ImportLineOut]
    imported_at: datetime


class ForeignOut(BaseModel):
    """An imported booking, with the shares of the other system."""

    foreign_id: str
    state: str
    service_code: str
    opened_on: date
    dispensed_on: date | None
    invoice_number: str | None
    fund_share_cents: int
    member_share_cents: int
    paid: bool
    teeth: list[int]


def booking_imports_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/booking-imports", tags=["facility desk"])
    uow = services.uow

    @router.post("", name="import_bookings", response_model=ImportOut, status_code=201)
    async def import_(
        request: Request,
        caller: NetworkOffice,
        key: IdempotencyKey,
        body: ImportIn,
        dry_run: DryRun = True,  # noqa: FBT002 (a query parameter, always named)
    ) -> Response:
        """Import the bookings of the system that the fund comes from, by the rules of its passage.

        Only closed ones are imported, with their shares; the others are skipped and reported, and keep the person from
        a new booking here until they are closed there (send them again with their new state).
        """

        async def work(tx: BookingsTransaction) -> ImportOut:
            bookings = [ForeignBooking(**one.model_dump()) for one in body.bookings]
            transition = services.transitions.get(tx.fund)
            return _out(await import_bookings(tx, bookings=bookings, transition=transition, dry_run=dry_run))

        return await run_command(request, caller, uow=uow, work=work, body=body, key=key, status=201)

    @router.get("/{import_id}", name="read_booking_import", response_model=ImportOut)
    async def read(request: Request, caller: NetworkOffice, import_id: UUID) -> Response:
        """Show the report on an import."""

        async def work(tx: BookingsTransaction) -> ImportOut:
            report = await tx.foreign.report(import_id)
            if report is None:
                raise ImportNotFound("L'importazione non esiste")
            return _out(report)

        return await run_query(request, caller, uow=uow, work=work)

    @router.get("", name="list_imported_bookings", response_model=Page[ForeignOut])
    async def list_(
        request: Request, caller: FacilityDesk, cursor: CursorText = None, limit: Limit = DEFAULT_LIMIT
    ) -> Response:
        """List what was imported of your facility, by its number there; report wrong data to the fund."""
        position = services.cursors.read(cursor)
        after = str(position[0]) if position else None

        async def work(tx: BookingsTransaction) -> Page[ForeignOut]:
            found = await tx.foreign.of_facility(facility_of(caller), after=after, limit=limit + 1)
            shown = found[:limit]
            next_cursor = services.cursors.write([shown[-1].foreign_id]) if len(found) > limit else None
            items = [ForeignOut.model_validate(one, from_attributes=True) for one in shown]
            return Page(items=items, next_cursor=next_cursor)

        return await run_query(request, caller, uow=uow, work=work)

    return router


def _out(report: BookingImport) -> ImportOut:
    skipped = [ImportLineOut.model_validate(one, from_attributes=True) for one in report.lines if not one.imported]
    return ImportOut(
        import_id=report.import_id,
        dry_run=report.dry_run,
        imported=len(report.lines) - len(skipped),
        payable_cents=sum(one.payable_cents for one in report.lines),
        skipped=skipped,
        imported_at=report.imported_at,
    )
