"""The operations centre: what a person decides about bookings, and what is changed before dispensing."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from booking_api.adapters.unit_of_work import BookingsTransaction
from booking_api.bootstrap import Services
from booking_api.domain.viewer import Viewer
from booking_api.entrypoints.http.booking_views import booking_out
from booking_api.entrypoints.http.schemas import BookingOut, InputModel, ReasonOut, Short
from booking_api.entrypoints.http.viewers import Anybody, MemberOrOperator, Operator, viewer_of
from booking_api.use_cases.confirm_booking import confirm_booking
from booking_api.use_cases.rectify_booking import rectify_booking
from booking_api.use_cases.refuse_booking import refuse_booking
from booking_api.use_cases.replace_booking import BookingChange
from booking_api.use_cases.reschedule_booking import reschedule_booking
from kit.auth import Caller
from kit.commands import IdempotencyKey, run_command
from kit.pages import Page

Work = Callable[[BookingsTransaction], Awaitable[BookingOut]]

STAFF_VIEW = Viewer()

Why = Annotated[str, Field(min_length=3, max_length=500, description="Why; kept in the history")]
Papers = Annotated[
    tuple[Literal["prescription"], ...],
    Field(max_length=10, description="Papers that the operator has seen, by e-mail or at the desk"),
]


class ConfirmIn(InputModel):
    """An operator stands for the booking."""

    reason: Why
    documents: Papers = ()
    prescription_document_id: UUID | None = None


class RefuseIn(InputModel):
    """One of the fund's reasons, see GET /v1/bookings/refusal-reasons."""

    reason_code: Short


class RectifyIn(InputModel):
    """What is different from what was booked; fields left out stay as they are."""

    reason: Why
    service_code: Short | None = None
    appointment_at: AwareDatetime | None = None
    doctor: Short | None = None
    documents: Papers = ()
    prescription_document_id: UUID | None = None


class RescheduleIn(InputModel):
    """The new time, agreed with the facility or on one of its free slots."""

    appointment_at: AwareDatetime
    slot_id: UUID | None = None


def operations_centre_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/v1/bookings", tags=["operations centre"])

    @router.get("/refusal-reasons", name="list_refusal_reasons")
    async def reasons(caller: Anybody) -> Page[ReasonOut]:
        """List the reasons with which an operator may refuse; the member reads their texts as they stand."""
        known = services.terms_of(caller.fund).refusal_reasons.values()
        return Page(items=[ReasonOut.model_validate(one, from_attributes=True) for one in known])

    @router.post("/{booking_id}/confirm", name="confirm_booking", response_model=BookingOut)
    async def confirm(
        request: Request, caller: Operator, booking_id: UUID, key: IdempotencyKey, body: ConfirmIn
    ) -> Response:
        """Confirm a late or a referred booking, so that the plan's rules decide it after all.

        A late one is possible until its appointment begins and keeps its id. For a referred one, say which papers you
        have seen: a new booking with these takes its place (`replaces`), because each booking has one decision.
        """
        return await _run(request, services, caller, key, body, lambda tx: _confirm(tx, services, booking_id, body))

    @router.post("/{booking_id}/refuse", name="refuse_booking", response_model=BookingOut)
    async def refuse(
        request: Request, caller: Operator, booking_id: UUID, key: IdempotencyKey, body: RefuseIn
    ) -> Response:
        """Refuse a referred or late booking for good, with one of the fund's reasons."""
        return await _run(request, services, caller, key, body, lambda tx: _refuse(tx, services, booking_id, body))

    @router.post("/{booking_id}/rectify", name="rectify_booking", response_model=BookingOut)
    async def rectify(
        request: Request, caller: Operator, booking_id: UUID, key: IdempotencyKey, body: RectifyIn
    ) -> Response:
        """Rectify a booking that does not match the prescription, before it is dispensed.

        Answers with the booking that takes its place: its decision is new, and what the old one had reserved is free.
        """
        return await _run(request, services, caller, key, body, lambda tx: _rectify(tx, services, booking_id, body))

    @router.post("/{booking_id}/reschedule", name="reschedule_booking", response_model=BookingOut)
    async def reschedule(
        request: Request, caller: MemberOrOperator, booking_id: UUID, key: IdempotencyKey, body: RescheduleIn
    ) -> Response:
        """Move an appointment, until the working day that the fund has fixed; the new time needs its notice again.

        Answers with the booking that takes the place of the old one. What is refused here leaves the old one standing.
        """
        return await _run(
            request, services, caller, key, body, lambda tx: _reschedule(tx, services, caller, booking_id, body)
        )

    return router


async def _run(
    request: Request, services: Services, caller: Caller, key: str, body: InputModel, work: Work
) -> Response:
    return await run_command(request, caller, uow=services.uow, work=work, body=body, key=key)


async def _confirm(tx: BookingsTransaction, services: Services, booking_id: UUID, body: ConfirmIn) -> BookingOut:
    papers = BookingChange(
        prescription_document_id=body.prescription_document_id, checked_documents=frozenset(body.documents)
    )
    booking = await confirm_booking(
        tx, booking_id=booking_id, papers=papers, reason=body.reason, terms=services.terms_of(tx.fund)
    )
    return booking_out(booking, STAFF_VIEW, services.terms_of(tx.fund))


async def _refuse(tx: BookingsTransaction, services: Services, booking_id: UUID, body: RefuseIn) -> BookingOut:
    terms = services.terms_of(tx.fund)
    refused = await refuse_booking(tx, booking_id=booking_id, reason_code=body.reason_code, terms=terms)
    return booking_out(refused, STAFF_VIEW, terms)


async def _rectify(tx: BookingsTransaction, services: Services, booking_id: UUID, body: RectifyIn) -> BookingOut:
    change = BookingChange(
        service_code=body.service_code,
        appointment_at=body.appointment_at,
        doctor=body.doctor,
        prescription_document_id=body.prescription_document_id,
        checked_documents=frozenset(body.documents),
    )
    booking = await rectify_booking(
        tx, booking_id=booking_id, change=change, reason=body.reason, terms=services.terms_of(tx.fund)
    )
    return booking_out(booking, STAFF_VIEW, services.terms_of(tx.fund))


async def _reschedule(
    tx: BookingsTransaction, services: Services, caller: Caller, booking_id: UUID, body: RescheduleIn
) -> BookingOut:
    viewer = viewer_of(caller)
    booking = await reschedule_booking(
        tx,
        booking_id=booking_id,
        viewer=viewer,
        change=BookingChange(appointment_at=body.appointment_at, slot_id=body.slot_id),
        terms=services.terms_of(tx.fund),
    )
    return booking_out(booking, viewer, services.terms_of(tx.fund))
