"""The network: services and facilities."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.facility import Address, AgreedService, Doctor, Facility, Participation
from booking_api.domain.fund_terms import FundTerms
from booking_api.entrypoints.http.schemas import (
    FACILITY_CODE,
    AgreedServiceOut,
    DoctorOut,
    FacilityIn,
    FacilityOut,
    GeoPoint,
    ParticipationOut,
    ServiceOut,
)
from booking_api.entrypoints.http.viewers import Anybody, NetworkOffice
from booking_api.use_cases.register_facility import register_facility
from kit.commands import run_command
from kit.ids import new_id
from kit.pages import Page

FacilityCode = Annotated[str, Path(pattern=FACILITY_CODE.pattern)]


def facilities_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["network"])

    @router.get("/services", name="list_services")
    async def nomenclature(caller: Anybody) -> Page[ServiceOut]:
        """List the services that can be booked, with the article of the plan and the class that decides the notice."""
        known = services.terms_of(caller.fund).services.values()
        return Page(items=[ServiceOut.model_validate(one, from_attributes=True) for one in known])

    @router.put("/facilities/{code}", name="register_facility", response_model=FacilityOut)
    async def register(request: Request, caller: NetworkOffice, code: FacilityCode, body: FacilityIn) -> Response:
        """Register a facility, or bring it up to date: the body is all of its data, the same body changes nothing.

        Bookings keep the price of the day on which they were made.
        """
        return await run_command(request, caller, uow=services.uow, work=lambda tx: _register(tx, services, code, body))

    return router


async def _register(tx: BookingsTransaction, services: Services, code: str, body: FacilityIn) -> FacilityOut:
    terms = services.terms_of(tx.fund)
    facility = facility_of(code, body)
    known = await register_facility(tx, facility=facility, id_given=body.facility_id is not None, terms=terms)
    return facility_out(known, terms)


# What data may leave out: what is known of it stays.
_MAY_BE_UNSTATED = ("vat_number", "participation", "campaigns")


def facility_of(code: str, body: FacilityIn) -> Facility:
    return Facility(
        facility_id=body.facility_id or new_id(),
        code=code,
        name=body.name,
        address=Address(
            street=body.address,
            town=body.town,
            postal_code=body.postal_code,
            province=body.province,
            latitude=body.geo.latitude if body.geo else None,
            longitude=body.geo.longitude if body.geo else None,
        ),
        phone=body.phone,
        iban=body.iban,
        badge=body.badge,
        services=tuple(AgreedService(**one.model_dump()) for one in body.services),
        doctors=tuple(Doctor(one.name, tuple(one.services)) for one in body.doctors),
        vat_number=body.vat_number,
        participation=Participation(**body.participation.model_dump()) if body.participation else Participation(),
        campaigns=tuple(body.campaigns or ()),
        unstated=frozenset(name for name in _MAY_BE_UNSTATED if getattr(body, name) is None),
    )


def facility_out(facility: Facility, terms: FundTerms) -> FacilityOut:
    """Show a facility without its bank account; services that left the nomenclature are not shown."""
    address = facility.address
    geo = None
    if address.latitude is not None and address.longitude is not None:
        geo = GeoPoint(latitude=address.latitude, longitude=address.longitude)
    return FacilityOut(
        facility_id=facility.facility_id,
        code=facility.code,
        name=facility.name,
        address=address.street,
        town=address.town,
        postal_code=address.postal_code,
        province=address.province,
        geo=geo,
        phone=facility.phone,
        badge=facility.badge,
        bookable_online=facility.badge.bookable_online and facility.participation.direct,
        services=[_agreed_out(one, terms) for one in facility.services if one.service_code in terms.services],
        doctors=[DoctorOut(name=one.name, services=list(one.services)) for one in facility.doctors],
        participation=ParticipationOut.model_validate(facility.participation, from_attributes=True),
        campaigns=list(facility.campaigns),
    )


def _agreed_out(agreed: AgreedService, terms: FundTerms) -> AgreedServiceOut:
    service = terms.services[agreed.service_code]
    return AgreedServiceOut(
        service_code=agreed.service_code,
        title_it=service.title_it,
        title_en=service.title_en,
        price_cents=agreed.price_cents,
        valid_from=agreed.valid_from,
        valid_to=agreed.valid_to,
    )
