"""The desk of a facility, through its own management system."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.booking import Booking
from booking_api.domain.booking_item import CountedService
from booking_api.domain.errors import CodeNotFound
from booking_api.entrypoints.http.booking_views import booking_out, verified_booking_out
from booking_api.entrypoints.http.desk_schemas import CodeIn, DispenseIn, VariationIn, VerifiedBookingOut
from booking_api.entrypoints.http.schemas import BookingOut, InputModel
from booking_api.entrypoints.http.viewers import FacilityDesk, Operator, facility_of, viewer_of
from booking_api.use_cases.desk_visit import note_arrival, request_variation
from booking_api.use_cases.dispense_booking import correct_dispensing, dispense_booking
from booking_api.use_cases.read_booking import is_dispensable, verify_code
from booking_api.use_cases.release_suspension import release_suspension
from kit.auth import Caller
from kit.commands import IdempotencyKey, request_context, run_command, run_query

DENTAL = "dental"


class ReleaseIn(InputModel):
    """Why the difference is cleared up."""

    reason: str = Field(min_length=3, max_length=500)


def facility_desk_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bookings", tags=["facility desk"])

    @router.post("/verify", name="verify_code", response_model=VerifiedBookingOut)
    async def verify(request: Request, caller: FacilityDesk, body: CodeIn) -> Response:
        """Verify the code of a member who stands at the desk: who, what, when, and what the member pays.

        In dental care also what this facility gave the same person before, with the teeth. 404
        `authorisation_code_not_found` for what is no code of your facility (rule `code_malformed` or `code_unknown`).
        """
        try:
            return await run_query(
                request, caller, uow=services.uow, work=lambda tx: _verify(tx, services, caller, body)
            )
        except CodeNotFound:
            # In a transaction of its own: who tries codes leaves a trace although nothing was found.
            async with services.uow.begin(request_context(request, caller)) as tx:
                tx.audit("code_refused", entity="facility", entity_id=facility_of(caller))
            raise

    @router.post("/{booking_id}/arrival", name="note_arrival", response_model=BookingOut)
    async def arrival(request: Request, caller: FacilityDesk, booking_id: UUID, key: IdempotencyKey) -> Response:
        """Note that the person has come; the first time counts. 409 `appointment_not_yet` before the day."""
        return await _run(
            request, services, caller, key, lambda tx: note_arrival(tx, booking_id=booking_id, viewer=viewer_of(caller))
        )

    @router.post("/{booking_id}/variations", name="request_variation", response_model=BookingOut, status_code=201)
    async def variation(
        request: Request, caller: FacilityDesk, booking_id: UUID, key: IdempotencyKey, body: VariationIn
    ) -> Response:
        """Ask for what is done besides ("fatta anche…"): a new booking with its own decision, code and letter.

        The notice is not asked for again; the answer is `requested`, a webhook tells of the authorisation.
        """

        def work(tx: BookingsTransaction) -> Awaitable[Booking]:
            return request_variation(
                tx,
                booking_id=booking_id,
                viewer=viewer_of(caller),
                service_code=body.service_code,
                items=tuple(CountedService(**one.model_dump()) for one in body.items),
                doctor=body.doctor,
                terms=services.terms_of(tx.fund),
                transition=services.transitions.get(tx.fund),
            )

        return await _run(request, services, caller, key, work, body=body, status=201)

    _add_dispensing(router, services)
    return router


def _add_dispensing(router: APIRouter, services: Services) -> None:
    @router.post("/{booking_id}/dispense", name="dispense_booking", response_model=BookingOut)
    async def dispense(
        request: Request, caller: FacilityDesk, booking_id: UUID, key: IdempotencyKey, body: DispenseIn
    ) -> Response:
        """Report a service as given, whole or in part, with its invoice.

        An invoice that is the agreed price to the cent closes the booking, and the fund's share becomes payable. One
        that differs leaves it `suspended`, with the exact `differences`. What was given in part (`revision` 2) is
        decided anew first. A stay needs its clinical record and orthodontics the photo, uploaded before.

        409 `booking_transition_forbidden` before the letter or when it is over, 409 `invoice_number_used`, 422
        `dispensing_invalid` with each field and rule.
        """
        report = body.to_domain()
        return await _run(
            request,
            services,
            caller,
            key,
            lambda tx: dispense_booking(
                tx, booking_id=booking_id, viewer=viewer_of(caller), report=report, terms=services.terms_of(tx.fund)
            ),
            body=body,
        )

    @router.put("/{booking_id}/dispensing", name="correct_dispensing", response_model=BookingOut)
    async def correct(
        request: Request, caller: FacilityDesk, booking_id: UUID, key: IdempotencyKey, body: DispenseIn
    ) -> Response:
        """Correct what was reported, or add the invoice, as long as the booking is `dispensed` or `suspended`."""
        report = body.to_domain()
        return await _run(
            request,
            services,
            caller,
            key,
            lambda tx: correct_dispensing(
                tx, booking_id=booking_id, viewer=viewer_of(caller), report=report, terms=services.terms_of(tx.fund)
            ),
            body=body,
        )

    @router.post("/{booking_id}/release", name="release_suspension", response_model=BookingOut)
    async def release(
        request: Request, caller: Operator, booking_id: UUID, key: IdempotencyKey, body: ReleaseIn
    ) -> Response:
        """Close a suspended booking whose difference is cleared up: the fund pays the authorised share."""
        return await _run(
            request,
            services,
            caller,
            key,
            lambda tx: release_suspension(tx, booking_id=booking_id, reason=body.reason),
            body=body,
        )


async def _run(  # noqa: PLR0913 (one argument a part of the command)
    request: Request,
    services: Services,
    caller: Caller,
    key: str,
    work: Callable[[BookingsTransaction], Awaitable[Booking]],
    *,
    body: BaseModel | None = None,
    status: int = 200,
) -> Response:
    async def shown(tx: BookingsTransaction) -> Any:
        return booking_out(await work(tx), viewer_of(caller), services.terms_of(tx.fund))

    return await run_command(request, caller, uow=services.uow, work=shown, body=body, key=key, status=status)


async def _verify(tx: BookingsTransaction, services: Services, caller: Caller, body: CodeIn) -> VerifiedBookingOut:
    terms = services.terms_of(tx.fund)
    booking = await verify_code(tx, text=services.passes.code_in(body.code), viewer=viewer_of(caller))
    service = terms.services.get(booking.service.code)
    dental = service is not None and service.service_class == DENTAL
    previous = await tx.dispensing.previous_dental(booking) if dental else ()
    imported = await tx.foreign.previous_of(booking.person_id, booking.facility.facility_id) if dental else ()
    valid = is_dispensable(booking)
    return verified_booking_out(booking, terms, valid=valid, previous=previous, imported=imported)
