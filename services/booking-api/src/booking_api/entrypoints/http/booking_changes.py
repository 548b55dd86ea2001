"""What members and operators do with a booking: cancel it, renew it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import AwareDatetime, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.entrypoints.http.booking_views import booking_out
from booking_api.entrypoints.http.schemas import BookingOut, InputModel
from booking_api.entrypoints.http.viewers import MemberOrOperator, viewer_of
from booking_api.use_cases.cancel_booking import cancel_booking
from booking_api.use_cases.renew_booking import Renewal, renew_booking
from kit.auth import Caller
from kit.commands import IdempotencyKey, run_command

OptionalKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]


class CancelIn(InputModel):
    """At whose request an operator cancels."""

    requested_by: Literal["member", "facility"]


class RenewIn(InputModel):
    """When the next cycle begins; everything else is as it was authorised, unless it is named."""

    appointment_at: AwareDatetime
    sessions: Annotated[
        int | None, Field(strict=True, ge=1, le=200, description="How many, where it is one service")
    ] = None
    slot_id: UUID | None = None
    prescription_document_id: UUID | None = None


def booking_changes_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

    @router.post("/{booking_id}/cancel", name="cancel_booking", response_model=BookingOut)
    async def cancel(
        request: Request,
        caller: MemberOrOperator,
        booking_id: UUID,
        key: OptionalKey = None,
        body: CancelIn | None = None,
    ) -> Response:
        """Cancel a booking until its appointment begins; what was reserved of the limits is free again.

        The fund does not withdraw what it has authorised: an operator says at whose request it is cancelled.
        """
        return await run_command(
            request,
            caller,
            uow=services.uow,
            work=lambda tx: _cancel(tx, services, caller, booking_id, body),
            body=body,
            key=key,
        )

    @router.post("/{booking_id}/renew", name="renew_booking", response_model=BookingOut, status_code=201)
    async def renew(
        request: Request, caller: MemberOrOperator, booking_id: UUID, key: IdempotencyKey, body: RenewIn
    ) -> Response:
        """Renew an authorised booking in one step: the same services (a cycle of sessions) from a new day on.

        It is a request of its own (`renews` names the old one), with its notice and its decision; the old authorisation
        stands as it is.
        """
        return await run_command(
            request,
            caller,
            uow=services.uow,
            work=lambda tx: _renew(tx, services, caller, booking_id, body),
            body=body,
            key=key,
            status=201,
            location=lambda made: f"/v1/bookings/{made.booking_id}",
        )

    return router


async def _renew(
    tx: BookingsTransaction, services: Services, caller: Caller, booking_id: UUID, body: RenewIn
) -> BookingOut:
    viewer, terms = viewer_of(caller), services.terms_of(tx.fund)
    answer = await renew_booking(
        tx,
        booking_id=booking_id,
        renewal=Renewal(**body.model_dump()),
        terms=terms,
        viewer=viewer,
        channel="phone" if viewer.member_id is None else "portal",
        transition=services.transitions.get(tx.fund),
    )
    return booking_out(answer.booking, viewer, terms, indirect_possible=answer.indirect_possible)


async def _cancel(
    tx: BookingsTransaction, services: Services, caller: Caller, booking_id: UUID, body: CancelIn | None
) -> BookingOut:
    viewer = viewer_of(caller)
    asked_by = body.requested_by if body else None
    cancelled = await cancel_booking(tx, booking_id=booking_id, viewer=viewer, asked_by=asked_by)
    return booking_out(cancelled, viewer, services.terms_of(tx.fund))
