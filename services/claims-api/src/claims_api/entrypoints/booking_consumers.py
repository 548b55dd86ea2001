"""What this service takes over of direct bookings: rows of "Le tue pratiche", and invoices that are paid already."""

from claims_api.adapters.unit_of_work import ClaimsTransaction
from claims_api.domain.practice_row import DirectService, DirectState
from claims_api.entrypoints.consumed_events import BookingAuthorised, BookingClosed, BookingEnded, BookingRequested
from claims_api.use_cases.record_direct_service import record_direct_service
from kit.clock import rome_date
from kit.events import Envelope


async def on_booking_requested(tx: ClaimsTransaction, _event: Envelope, data: BookingRequested) -> None:
    booked = DirectService(
        booking_id=data.booking_id,
        member_id=data.member_id,
        state=DirectState.REQUESTED,
        person_id=data.beneficiary.person_id,
        article=data.request.article,
        service=data.request.service,
        requested_on=data.request.received_on,
        service_on=data.request.expense_date,
        price_cents=data.request.amount_cents,
    )
    await record_direct_service(tx, service=booked)


async def on_booking_authorised(tx: ClaimsTransaction, _event: Envelope, data: BookingAuthorised) -> None:
    told = data.model_dump(
        include={"booking_id", "member_id", "code", "facility_name", "price_cents", "fund_share_cents"}
    )
    day = rome_date(data.appointment_at)
    booked = DirectService(**told, state=DirectState.COMMITTED, service=data.service_title, service_on=day)
    await record_direct_service(tx, service=booked)


async def on_booking_refused(tx: ClaimsTransaction, _event: Envelope, data: BookingEnded) -> None:
    await record_direct_service(tx, service=DirectService(data.booking_id, data.member_id, DirectState.REFUSED))


async def on_booking_cancelled(tx: ClaimsTransaction, _event: Envelope, data: BookingEnded) -> None:
    await record_direct_service(tx, service=DirectService(data.booking_id, data.member_id, DirectState.CANCELLED))


async def on_booking_closed(tx: ClaimsTransaction, _event: Envelope, data: BookingClosed) -> None:
    # What another system closed was never requested here: it is none of the member's practices.
    if not data.imported:
        service = DirectService(**data.model_dump(exclude={"imported"}), state=DirectState.SETTLED)
        await record_direct_service(tx, service=service)
