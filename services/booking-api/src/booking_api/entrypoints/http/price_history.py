"""The history of a facility's agreed prices."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.errors import FacilityNotFound
from booking_api.domain.price_history import RecordedPriceChange
from booking_api.entrypoints.http.viewers import FacilityOrStaff, viewer_of
from kit.auth import Caller
from kit.commands import run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

OfService = Annotated[str | None, Query(max_length=200, description="Only the prices of this service")]


class PriceChangeOut(BaseModel):
    """A price as it was recorded; `price_cents` is null where one that had been agreed was taken back."""

    service_code: str
    valid_from: date
    valid_to: date | None
    price_cents: int | None
    recorded_at: datetime
    recorded_by: str


def price_history_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/facilities/{facility_id}/price-history", tags=["network"])

    @router.get("", name="list_price_history", response_model=Page[PriceChangeOut])
    async def list_(
        request: Request,
        caller: FacilityOrStaff,
        facility_id: UUID,
        service: OfService = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List what became of the agreed prices, the newest change first: for the fund, and for the facility itself."""
        position = services.cursors.read(cursor)
        before = int(position[0]) if position else None

        async def work(tx: BookingsTransaction) -> Page[PriceChangeOut]:
            await _check_facility(tx, caller, facility_id)
            found = await tx.prices.page(facility_id, service_code=service, before=before, limit=limit + 1)
            shown = found[:limit]
            next_cursor = services.cursors.write([shown[-1].seq]) if len(found) > limit else None
            return Page(items=[_change_out(one) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


async def _check_facility(tx: BookingsTransaction, caller: Caller, facility_id: UUID) -> None:
    seen_by = viewer_of(caller).facility_id
    if seen_by not in {None, facility_id} or await tx.facilities.get(facility_id) is None:
        raise FacilityNotFound("La struttura non esiste")


def _change_out(one: RecordedPriceChange) -> PriceChangeOut:
    change = one.change
    return PriceChangeOut(
        service_code=change.service_code,
        valid_from=change.valid_from,
        valid_to=change.valid_to,
        price_cents=change.price_cents,
        recorded_at=one.recorded_at,
        recorded_by=one.recorded_by,
    )
