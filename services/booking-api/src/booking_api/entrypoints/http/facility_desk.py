"""The desk of a facility, through its own management system."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.invoice import ProviderInvoice
from booking_api.entrypoints.http.booking_views import booking_out, verified_booking_out
from booking_api.entrypoints.http.schemas import BookingOut, CodeIn, DispenseIn, VerifiedBookingOut
from booking_api.entrypoints.http.viewers import FacilityDesk, viewer_of
from booking_api.use_cases.dispense_booking import dispense_booking
from booking_api.use_cases.read_booking import is_dispensable, verify_code
from kit.auth import Caller
from kit.commands import IdempotencyKey, run_command, run_query


def facility_desk_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bookings", tags=["facility desk"])

    @router.post("/verify", name="verify_code", response_model=VerifiedBookingOut)
    async def verify(request: Request, caller: FacilityDesk, body: CodeIn) -> Response:
        """Verify the code of a member who stands at the desk: who, what, when, and what the member pays."""
        return await run_query(request, caller, uow=services.uow, work=lambda tx: _verify(tx, caller, body))

    @router.post("/{booking_id}/dispense", name="dispense_booking", response_model=BookingOut)
    async def dispense(
        request: Request, caller: FacilityDesk, booking_id: UUID, key: IdempotencyKey, body: DispenseIn
    ) -> Response:
        """Report a service as given, with its invoice, and close the booking.

        The invoice must be the agreed price to the cent; the fund's share becomes payable to the facility's account.
        """
        return await run_command(
            request,
            caller,
            uow=services.uow,
            work=lambda tx: _dispense(tx, caller, booking_id, body),
            body=body,
            key=key,
        )

    return router


async def _verify(tx: BookingsTransaction, caller: Caller, body: CodeIn) -> VerifiedBookingOut:
    booking = await verify_code(tx, text=body.code, viewer=viewer_of(caller))
    return verified_booking_out(booking, valid=is_dispensable(booking))


async def _dispense(tx: BookingsTransaction, caller: Caller, booking_id: UUID, body: DispenseIn) -> BookingOut:
    viewer = viewer_of(caller)
    invoice = ProviderInvoice(body.invoice.number.strip(), body.invoice.date, body.invoice.amount_cents)
    booking = await dispense_booking(
        tx, booking_id=booking_id, viewer=viewer, dispensed_on=body.dispensed_on, invoice=invoice
    )
    return booking_out(booking, viewer)
