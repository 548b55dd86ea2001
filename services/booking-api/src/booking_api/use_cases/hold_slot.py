"""Keep a slot while somebody fills in the request, and take it for a booking."""

from datetime import datetime, timedelta
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.errors import BookingRejected, SlotNotFound
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.slot import Slot, taken
from booking_api.use_cases.ports import BookingTransaction
from kit.errors import FieldError


async def hold_slot(tx: BookingTransaction, *, facility_id: UUID, slot_id: UUID, terms: FundTerms) -> datetime:
    """Keep a free slot for the caller; return until when. The same caller may ask again.

    Raises: SlotNotFound, SlotTaken.
    """
    slot = await _locked(tx, slot_id)
    if slot.facility_id != facility_id:
        raise _unknown()
    slot.check_free_for(tx.context.actor, now=tx.now)
    if await tx.slots.is_booked(slot_id):
        raise taken()
    until = tx.now + timedelta(minutes=terms.slot_hold_minutes)
    await tx.slots.hold(slot_id, holder=tx.context.actor, until=until)
    return until


async def take_slot(tx: BookingTransaction, *, booking: Booking, kept: bool) -> None:
    """Lock the slot of a new booking until the commit; a database constraint allows one standing booking on it.

    `kept` says that the booking which it replaces stands on this slot.

    Raises: SlotNotFound, SlotTaken, BookingRejected when the slot is another time, service or place.
    """
    if booking.slot_id is None:
        return
    slot = await _locked(tx, booking.slot_id)
    time = slot.time
    doctor_differs = time.doctor is not None and booking.doctor not in {None, time.doctor}
    asked = (booking.facility.facility_id, booking.service.code, booking.appointment_at)
    if asked != (slot.facility_id, time.service_code, time.starts_at) or doctor_differs:
        message = "L'orario scelto non corrisponde a struttura, prestazione, medico e ora della richiesta"
        raise BookingRejected(message, errors=[FieldError("/slot_id", "slot_differs", message)])
    if not kept:
        slot.check_free_for(tx.context.actor, now=tx.now)


async def _locked(tx: BookingTransaction, slot_id: UUID) -> Slot:
    slot = await tx.slots.lock(slot_id)
    if slot is None:
        raise _unknown()
    return slot


def _unknown() -> SlotNotFound:
    message = "L'orario non esiste"
    return SlotNotFound(message, errors=[FieldError("/slot_id", "unknown_slot", message)])
