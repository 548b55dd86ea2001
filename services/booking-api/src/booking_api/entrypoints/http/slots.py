"""Slots of facilities with the green badge."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.errors import FacilityNotFound
from booking_api.domain.slot import SlotTime
from booking_api.entrypoints.http.schemas import FreeSlotOut, InputModel, Short
from booking_api.entrypoints.http.viewers import Anybody, MemberOrOperator, SlotKeeper
from booking_api.use_cases.hold_slot import hold_slot
from booking_api.use_cases.offer_slots import offer_slots
from booking_api.use_cases.ports import SlotFilter
from kit.commands import run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

DEFAULT_DAYS = 30


class SlotIn(InputModel):
    """One time, of a doctor where the facility foresees one."""

    service_code: Short
    starts_at: AwareDatetime
    doctor: Short | None = None


class SlotsIn(InputModel):
    """All the slots of a period: what is not in the list is withdrawn."""

    starts_from: AwareDatetime
    starts_before: AwareDatetime
    slots: Annotated[list[SlotIn], Field(max_length=2000)]


class SlotsOut(BaseModel):
    """How many slots the period has now, and how many were withdrawn; bookings on them stand."""

    offered: int
    withdrawn: int


class HoldOut(BaseModel):
    """A slot that is kept for the caller."""

    slot_id: UUID
    held_until: datetime


Service = Annotated[str | None, Query(max_length=200, description="Only slots for this service")]
DoctorName = Annotated[str | None, Query(max_length=200, description="Only slots of this doctor")]
Start = Annotated[AwareDatetime | None, Query(description="From this moment on; now where nothing is said")]
End = Annotated[AwareDatetime | None, Query(description="Before this moment; 30 days later where nothing is said")]


def slots_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/facilities/{facility_id}/slots", tags=["slots"])

    @router.put("", name="offer_slots", response_model=SlotsOut)
    async def offer(request: Request, caller: SlotKeeper, facility_id: UUID, body: SlotsIn) -> Response:
        """Say which slots a period has: the facility's own system, or the fund's staff. Green badge only.

        The same body again changes nothing. A slot that is withdrawn can no longer be booked; a booking on it stands.
        """
        if caller.owner_facility_id not in {None, facility_id}:
            raise FacilityNotFound("La struttura non esiste")
        return await run_command(request, caller, uow=services.uow, work=lambda tx: _offer(tx, facility_id, body))

    @router.get("", name="list_free_slots", response_model=Page[FreeSlotOut])
    async def free(  # noqa: PLR0913 (one argument a query parameter)
        request: Request,
        caller: Anybody,
        facility_id: UUID,
        service: Service = None,
        doctor: DoctorName = None,
        starts_from: Start = None,
        starts_before: End = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the free slots of a facility, the earliest first: not booked, not held by anybody."""
        position = services.cursors.read(cursor)
        start = starts_from or services.clock.now()
        wanted = SlotFilter(
            facility_id=facility_id,
            starts_from=start,
            starts_before=starts_before or start + timedelta(days=DEFAULT_DAYS),
            service_code=service,
            doctor=doctor,
            after=(datetime.fromisoformat(position[0]), UUID(position[1])) if position else None,
            limit=limit + 1,
        )
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _free(tx, services, wanted))

    @router.post("/{slot_id}/hold", name="hold_slot", response_model=HoldOut)
    async def hold(request: Request, caller: MemberOrOperator, facility_id: UUID, slot_id: UUID) -> Response:
        """Keep a free slot for some minutes while the request is filled in; then book with `slot_id`."""
        return await run_command(
            request, caller, uow=services.uow, work=lambda tx: _hold(tx, services, facility_id, slot_id)
        )

    return router


async def _offer(tx: BookingsTransaction, facility_id: UUID, body: SlotsIn) -> SlotsOut:
    times = [SlotTime(one.service_code, one.starts_at, one.doctor) for one in body.slots]
    withdrawn = await offer_slots(
        tx,
        facility_id=facility_id,
        starts_from=body.starts_from,
        starts_before=body.starts_before,
        times=times,
    )
    return SlotsOut(offered=len(times), withdrawn=withdrawn)


async def _free(tx: BookingsTransaction, services: Services, wanted: SlotFilter) -> Page[FreeSlotOut]:
    found = await tx.slots.free(wanted)
    shown = found[: wanted.limit - 1]
    last = shown[-1] if len(found) == wanted.limit else None
    items = [
        FreeSlotOut(
            slot_id=x.slot_id, service_code=x.time.service_code, starts_at=x.time.starts_at, doctor=x.time.doctor
        )
        for x in shown
    ]
    next_cursor = services.cursors.write([last.time.starts_at.isoformat(), last.slot_id]) if last else None
    return Page(items=items, next_cursor=next_cursor)


async def _hold(tx: BookingsTransaction, services: Services, facility_id: UUID, slot_id: UUID) -> HoldOut:
    until = await hold_slot(tx, facility_id=facility_id, slot_id=slot_id, terms=services.terms_of(tx.fund))
    return HoldOut(slot_id=slot_id, held_until=until)
