"""Replace a booking by another one with its own decision: the reservation of the old one is released first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.wish import BookingWish
from booking_api.use_cases import booking_events
from booking_api.use_cases.hold_slot import take_slot
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.prepare_booking import PreparedBooking


@dataclass(frozen=True, slots=True)
class BookingChange:
    """What is to be different; None and empty leave it as it is.

    Shapes: `checked_documents` are the papers that an operator has seen, as the plan's rules name them.
    """

    service_code: str | None = None
    appointment_at: datetime | None = None
    doctor: str | None = None
    prescription_document_id: UUID | None = None
    checked_documents: frozenset[str] = frozenset()
    slot_id: UUID | None = None

    def keeps_slot(self, booking: Booking) -> bool:
        """Say whether the changed booking stands on the slot that it has."""
        same_time = self.appointment_at in {None, booking.appointment_at}
        same_service = self.service_code in {None, booking.service.code}
        return self.slot_id is None and same_time and same_service and self.doctor in {None, booking.doctor}

    def applied_to(self, booking: Booking) -> BookingWish:
        """Return the request that the changed booking would have been."""
        other_service = self.service_code not in {None, booking.service.code}
        return BookingWish(
            person_id=booking.person_id,
            facility_id=booking.facility.facility_id,
            service_code=self.service_code or booking.service.code,
            # A doctor gives only some services: for another service the doctor is named anew.
            doctor=self.doctor or (None if other_service else booking.doctor),
            appointment_at=self.appointment_at or booking.appointment_at,
            phone=booking.phone,
            prescription_document_id=self.prescription_document_id or booking.prescription_document_id,
            already_agreed=True,
            slot_id=booking.slot_id if self.keeps_slot(booking) else self.slot_id,
            items=() if other_service else booking.counted,
            campaign=booking.campaign,
        )

    def changes(self, booking: Booking) -> bool:
        """Say whether anything that was decided on would be different."""
        wish = self.applied_to(booking)
        before = (booking.service.code, booking.appointment_at, booking.doctor, booking.prescription_document_id)
        after = (wish.service_code, wish.appointment_at, wish.doctor, wish.prescription_document_id)
        return before != after or not self.checked_documents <= set(booking.documents)


async def replace_booking(
    tx: BookingTransaction,
    *,
    booking: Booking,
    prepared: PreparedBooking,
    checked_documents: frozenset[str],
    reason: str,
) -> Booking:
    """End a locked booking in favour of a prepared one, which asks the rules.

    The release is published before the request, so that the new decision finds the limits as if the old booking had
    never been.

    Raises: TransitionForbidden when the booking was dispensed or is over; SlotNotFound, SlotTaken.
    """
    successor, actor = prepared.booking, tx.context.actor
    await take_slot(tx, booking=successor, kept=successor.slot_id == booking.slot_id)
    booking.replace(successor.booking_id, at=tx.now, actor=actor, reason=reason)
    successor.replaces = booking.booking_id
    successor.checked_documents = tuple(sorted({*booking.checked_documents, *checked_documents}))
    successor.open(at=tx.now, actor=actor)
    # In this order: the old booking leaves its slot before the new one takes it.
    await tx.bookings.save(booking)
    await tx.bookings.add(successor)
    tx.publish(booking_events.released(booking, reason="replaced"))
    tx.publish(booking_events.requested(successor, prepared.patient, prepared.service))
    tx.audit(
        "booking_replaced",
        entity="booking",
        entity_id=booking.booking_id,
        person_id=booking.person_id,
        by=str(successor.booking_id),
        reason=reason,
    )
    return successor
