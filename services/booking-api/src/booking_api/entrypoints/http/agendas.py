"""Agendas: recurring openings of facilities with the green badge."""

from datetime import date, time
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, model_validator

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.agenda import Agenda, Closure, Opening
from booking_api.domain.errors import FacilityNotFound
from booking_api.entrypoints.http.schemas import InputModel, Short
from booking_api.entrypoints.http.viewers import SlotKeeper
from booking_api.use_cases.keep_agenda import AgendaWish, put_agenda, read_agenda
from kit.auth import Caller
from kit.commands import run_command, run_query


class OpeningIn(InputModel):
    """A service on one day of every week; times of the day in Italy, the last slot ends by `ends`."""

    weekday: Annotated[int, Field(strict=True, ge=1, le=7, description="1 is Monday")]
    begins: Annotated[time, Field(examples=["09:00"])]
    ends: Annotated[time, Field(examples=["12:30"])]
    minutes: Annotated[int, Field(strict=True, ge=5, le=480, description="How long one slot takes")]
    service_code: Short
    doctor: Short | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("the opening ends before it begins")
        return self


class ClosureIn(InputModel):
    """Days on which the facility is closed, the first and the last included."""

    first_day: date
    last_day: date


class AgendaIn(InputModel):
    """The whole agenda of a facility."""

    openings: Annotated[list[OpeningIn], Field(max_length=200)]
    closures: Annotated[tuple[ClosureIn, ...], Field(max_length=100)] = ()
    open_on_holidays: bool = False


class AgendaOut(BaseModel):
    """An agenda; slots stand up to and with `published_until`, and a new day is added every day."""

    openings: list[OpeningIn]
    closures: list[ClosureIn]
    open_on_holidays: bool
    published_until: date


class AgendaPublishedOut(AgendaOut):
    """How many slots the agenda has made, and how many others were withdrawn; bookings on them stand."""

    offered: int
    withdrawn: int


def agendas_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/facilities/{facility_id}/agenda", tags=["slots"])

    @router.put("", name="keep_agenda", response_model=AgendaPublishedOut)
    async def keep(request: Request, caller: SlotKeeper, facility_id: UUID, body: AgendaIn) -> Response:
        """Say when a facility gives which service, week by week: its slots are made from it. Green badge only.

        All slots from now to `published_until` become those of the agenda; change single days afterwards with
        `PUT /v1/facilities/{facility_id}/slots`. National holidays are closed unless `open_on_holidays`.
        """
        _own(caller, facility_id)
        return await run_command(
            request, caller, uow=services.uow, work=lambda tx: _keep(tx, services, facility_id, body)
        )

    @router.get("", name="read_agenda", response_model=AgendaOut)
    async def read(request: Request, caller: SlotKeeper, facility_id: UUID) -> Response:
        """Show the agenda of a facility."""
        _own(caller, facility_id)
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _read(tx, facility_id))

    return router


def _own(caller: Caller, facility_id: UUID) -> None:
    if caller.owner_facility_id not in {None, facility_id}:
        raise FacilityNotFound("La struttura non esiste")


async def _keep(tx: BookingsTransaction, services: Services, facility_id: UUID, body: AgendaIn) -> AgendaPublishedOut:
    wish = AgendaWish(
        openings=tuple(Opening(**one.model_dump()) for one in body.openings),
        closures=tuple(Closure(**one.model_dump()) for one in body.closures),
        open_on_holidays=body.open_on_holidays,
    )
    done = await put_agenda(tx, facility_id=facility_id, wish=wish, terms=services.terms_of(tx.fund))
    shown = dict(_out(done.agenda))
    return AgendaPublishedOut(**shown, offered=done.offered, withdrawn=done.withdrawn)


async def _read(tx: BookingsTransaction, facility_id: UUID) -> AgendaOut:
    return _out(await read_agenda(tx, facility_id=facility_id))


def _out(agenda: Agenda) -> AgendaOut:
    return AgendaOut(
        openings=[OpeningIn.model_validate(one, from_attributes=True) for one in agenda.openings],
        closures=[ClosureIn.model_validate(one, from_attributes=True) for one in agenda.closures],
        open_on_holidays=agenda.open_on_holidays,
        published_until=agenda.published_until,
    )
