"""The network: services and facilities."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.facility import Address, AgreedService, Doctor, Facility, Participation
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.nomenclature import BookableService
from booking_api.domain.plan import PlanVersion
from booking_api.entrypoints.http.schemas import (
    FACILITY_CODE,
    FacilityIn,
    FacilityOut,
    ServiceOut,
)
from booking_api.entrypoints.http.viewers import Anybody, NetworkOffice
from booking_api.use_cases.register_facility import register_facility
from kit.clock import rome_date
from kit.commands import run_command, run_query
from kit.ids import new_id
from kit.pages import Page

FacilityCode = Annotated[str, Path(pattern=FACILITY_CODE.pattern)]


def facilities_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["network"])

    @router.get("/services", name="list_services", response_model=Page[ServiceOut])
    async def nomenclature(request: Request, caller: Anybody) -> Response:
        """List the services of the network, with the article of the plan and the class that decides the notice.

        `direct: false` says that the plan in force today pays the service in indirect mode only.
        """
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _nomenclature(tx, services))

    @router.put("/facilities/{code}", name="register_facility", response_model=FacilityOut)
    async def register(request: Request, caller: NetworkOffice, code: FacilityCode, body: FacilityIn) -> Response:
        """Register a facility, or bring it up to date: the body is all of its data, the same body changes nothing.

        Bookings keep the price of the day on which they were made.
        """
        return await run_command(request, caller, uow=services.uow, work=lambda tx: _register(tx, services, code, body))

    return router


async def _nomenclature(tx: BookingsTransaction, services: Services) -> Page[ServiceOut]:
    today = rome_date(tx.now)
    plan = next((one for one in await tx.plans.versions() if one.in_force_on(today)), None)
    items = [_service_out(one, plan) for one in services.terms_of(tx.fund).services.values()]
    return Page(items=items)


def _service_out(service: BookableService, plan: PlanVersion | None) -> ServiceOut:
    return ServiceOut(
        code=service.code,
        title_it=service.title_it,
        title_en=service.title_en,
        article=service.article,
        tariff_code=service.tariff_code,
        provider_kind=service.provider_kind,
        specialty=service.specialty,
        service_class=service.service_class,
        direct=plan.allows(service.article, "direct") if plan else None,
        prescription_required=service.prescription_required,
        per_tooth=service.per_tooth,
    )


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
    return FacilityOut.model_validate(facility_facts(facility, terms))


def facility_facts(facility: Facility, terms: FundTerms) -> dict[str, Any]:
    """Return what is shown of a facility, plain: a page of the search is checked once as a whole."""
    address, taking_part = facility.address, facility.participation
    here = address.latitude is not None and address.longitude is not None
    return {
        "facility_id": facility.facility_id,
        "code": facility.code,
        "name": facility.name,
        "address": address.street,
        "town": address.town,
        "postal_code": address.postal_code,
        "province": address.province,
        "geo": {"latitude": address.latitude, "longitude": address.longitude} if here else None,
        "phone": facility.phone,
        "badge": facility.badge,
        "bookable_online": facility.badge.bookable_online and taking_part.direct,
        "services": [_agreed_facts(one, terms) for one in facility.services if one.service_code in terms.services],
        "doctors": [{"name": one.name, "services": list(one.services)} for one in facility.doctors],
        "participation": {
            "valid_from": taking_part.valid_from,
            "valid_to": taking_part.valid_to,
            "direct": taking_part.direct,
        },
        "campaigns": list(facility.campaigns),
    }


def _agreed_facts(agreed: AgreedService, terms: FundTerms) -> dict[str, Any]:
    service = terms.services[agreed.service_code]
    return {
        "service_code": agreed.service_code,
        "title_it": service.title_it,
        "title_en": service.title_en,
        "price_cents": agreed.price_cents,
        "valid_from": agreed.valid_from,
        "valid_to": agreed.valid_to,
    }
