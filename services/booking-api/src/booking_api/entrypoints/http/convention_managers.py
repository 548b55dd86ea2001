"""Who is responsible for each facility's convention: chosen once, reported where it is not right."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.convention_manager import ManagerContact, ManagerFault
from booking_api.entrypoints.http.schemas import FACILITY_CODE, InputModel, Short
from booking_api.entrypoints.http.viewers import NetworkOffice
from booking_api.use_cases.manager_ports import KnownManager
from booking_api.use_cases.name_managers import name_managers
from kit.commands import IdempotencyKey, run_command, run_query
from kit.pages import DEFAULT_LIMIT, CursorText, Limit, Page

Mail = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")]
Fault = Annotated[ManagerFault | None, Query(description="Only facilities with this fault")]


class ContactIn(InputModel):
    """Somebody whom a facility names as responsible; `certified` declares a PEC address."""

    name: Short
    email: Mail
    since: date
    certified: bool = False


class FacilityContactsIn(InputModel):
    """All the contacts of one facility."""

    facility_code: Annotated[str, Field(pattern=FACILITY_CODE.pattern)]
    contacts: Annotated[list[ContactIn], Field(max_length=20)]


class ContactsIn(InputModel):
    """The contacts of several facilities."""

    facilities: Annotated[list[FacilityContactsIn], Field(min_length=1, max_length=1000)]


class ManagerOut(BaseModel):
    """The one person who gets a facility's first credentials, and what must be put right."""

    facility_id: UUID
    facility_code: str
    facility_name: str
    name: str | None
    email: str | None
    faults: list[ManagerFault]


def convention_managers_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/convention-managers", tags=["network"])

    @router.post("", name="name_managers", response_model=Page[ManagerOut])
    async def name(request: Request, caller: NetworkOffice, key: IdempotencyKey, body: ContactsIn) -> Response:
        """Choose the one responsible person of each facility (responsabile convenzione): the most recent usable one.

        None, several, and certified mail (PEC) are reported. Then make the user with `POST /auth/users`, roles
        `facility` and `facility_admin`.
        """

        async def work(tx: BookingsTransaction) -> Page[ManagerOut]:
            contacts = {
                one.facility_code: [ManagerContact(**contact.model_dump()) for contact in one.contacts]
                for one in body.facilities
            }
            return Page(items=[_out(one) for one in await name_managers(tx, contacts=contacts)])

        return await run_command(request, caller, uow=services.uow, work=work, body=body, key=key)

    @router.get("", name="list_managers", response_model=Page[ManagerOut])
    async def list_(
        request: Request,
        caller: NetworkOffice,
        fault: Fault = None,
        cursor: CursorText = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response:
        """List the facilities with their responsible person, by code; `fault=missing` finds those without one."""
        position = services.cursors.read(cursor)
        after = str(position[0]) if position else None

        async def work(tx: BookingsTransaction) -> Page[ManagerOut]:
            found = await tx.managers.page(fault=fault, after=after, limit=limit + 1)
            shown = found[:limit]
            next_cursor = services.cursors.write([shown[-1].facility_code]) if len(found) > limit else None
            return Page(items=[_out(one) for one in shown], next_cursor=next_cursor)

        return await run_query(request, caller, uow=services.uow, work=work)

    return router


def _out(known: KnownManager) -> ManagerOut:
    chosen = known.chosen
    return ManagerOut(
        facility_id=known.facility_id,
        facility_code=known.facility_code,
        facility_name=known.facility_name,
        name=chosen.name if chosen else None,
        email=chosen.email if chosen else None,
        faults=list(known.faults),
    )
