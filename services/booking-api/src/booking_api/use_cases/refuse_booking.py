"""Refuse a referred or late booking for good."""

from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.errors import RefusalReasonUnknown
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.viewer import Viewer
from booking_api.use_cases import booking_events
from booking_api.use_cases.ports import BookingTransaction
from kit.errors import FieldError


async def refuse_booking(tx: BookingTransaction, *, booking_id: UUID, reason_code: str, terms: FundTerms) -> Booking:
    """Refuse with a reason of the fund's list, which the member reads as it stands.

    Raises: RefusalReasonUnknown, BookingNotFound, TransitionForbidden.
    """
    reason = terms.refusal_reasons.get(reason_code)
    if reason is None:
        message = f"Motivo sconosciuto: {reason_code}"
        fault = FieldError("/reason_code", "unknown_reason", message)
        raise RefusalReasonUnknown(message, errors=[fault], known=sorted(terms.refusal_reasons))
    booking = await tx.bookings.lock(booking_id, Viewer())
    booking.refuse(at=tx.now, actor=tx.context.actor, reason=reason)
    await tx.bookings.save(booking)
    tx.publish(booking_events.refused(booking))
    tx.audit("booking_refused", entity="booking", entity_id=booking_id, person_id=booking.person_id, reason=reason_code)
    return booking
