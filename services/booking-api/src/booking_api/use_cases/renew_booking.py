"""Renew an authorisation: the same cycle of sessions again, in one step."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_item import CountedService
from booking_api.domain.errors import RenewalForbidden
from booking_api.domain.fund_terms import FundTerms
from booking_api.domain.transition import Transition
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction
from booking_api.use_cases.replace_booking import BookingChange
from booking_api.use_cases.request_booking import BookingAnswer, request_booking


@dataclass(frozen=True, slots=True)
class Renewal:
    """When the next cycle begins, and what is different of it.

    Shapes: `sessions` is how many of the one service; None asks for as many as before.
    """

    appointment_at: datetime
    sessions: int | None = None
    slot_id: UUID | None = None
    prescription_document_id: UUID | None = None


async def renew_booking(  # noqa: PLR0913 (one argument a part of the request)
    tx: BookingTransaction,
    *,
    booking_id: UUID,
    renewal: Renewal,
    terms: FundTerms,
    viewer: Viewer,
    channel: str,
    transition: Transition | None,
) -> BookingAnswer:
    """Request what was authorised before once more, with the facts of the old booking; what was given stands.

    The new one has its own notice, price and decision, as any request has.

    Raises: BookingNotFound, RenewalForbidden, and what request_booking raises.
    """
    booking = await tx.bookings.get(booking_id, viewer)
    if booking.authorisation is None:
        raise RenewalForbidden("Solo ciò che è stato autorizzato si può rinnovare", state=str(booking.state))
    change = BookingChange(
        appointment_at=renewal.appointment_at,
        slot_id=renewal.slot_id,
        prescription_document_id=renewal.prescription_document_id,
    )
    wish = replace(change.applied_to(booking), slot_id=renewal.slot_id, items=_items(booking, renewal.sessions))
    return await request_booking(
        tx, wish=wish, terms=terms, viewer=viewer, channel=channel, transition=transition, renews=booking_id
    )


def _items(booking: Booking, sessions: int | None) -> tuple[CountedService, ...]:
    if sessions is None:
        return booking.counted
    if len(booking.counted) > 1:
        raise RenewalForbidden("Il numero di sedute si indica solo per una prestazione", state=str(booking.state))
    return (CountedService(booking.service.code, sessions),)
