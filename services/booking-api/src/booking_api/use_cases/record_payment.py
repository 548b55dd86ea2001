"""Record what the bank did with the fund's shares."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from booking_api.domain.booking import Booking
from booking_api.domain.booking_states import BookingState
from booking_api.domain.errors import BookingNotFound
from booking_api.domain.remittance import Remittance, RemittanceLine
from booking_api.domain.viewer import Viewer
from booking_api.use_cases.ports import BookingTransaction
from kit.clock import rome_date


async def record_payment(tx: BookingTransaction, *, booking_ids: Sequence[UUID], paid_on: date) -> None:
    """Settle the closed bookings of a payment; one that is settled already stays as it is."""
    imported = await tx.foreign.mark_paid(booking_ids, paid=True)
    for booking in await _known(tx, set(booking_ids) - imported):
        if booking.state is BookingState.CLOSED:
            booking.pay_out(paid_on=paid_on, at=tx.now, actor=tx.context.actor)
            await tx.bookings.save(booking)


async def record_remittance(
    tx: BookingTransaction, *, remittance: Remittance, lines: Sequence[RemittanceLine] | None
) -> None:
    """Keep a transfer to a facility with its lines; without lines (from before they were told) it pays bookings only.

    Raises: ValueError when the lines do not sum to the transfer.
    """
    if lines is None:
        lines = await tx.remittances.lines_of(remittance.booking_ids)
    elif sum(line.amount_cents for line in lines) != remittance.amount_cents:
        raise ValueError("the lines of a transfer sum to it")
    await tx.remittances.add(remittance, lines)


async def record_return(tx: BookingTransaction, *, payout_id: UUID, booking_ids: Sequence[UUID], reason: str) -> None:
    """Open what a payment paid again: the bank sent it back."""
    await tx.remittances.add_return(payout_id, reason=reason, returned_on=rome_date(tx.now))
    imported = await tx.foreign.mark_paid(booking_ids, paid=False)
    for booking in await _known(tx, set(booking_ids) - imported):
        if booking.state is BookingState.SETTLED:
            booking.take_payment_back(at=tx.now, actor=tx.context.actor, reason=reason)
            await tx.bookings.save(booking)


async def _known(tx: BookingTransaction, booking_ids: set[UUID]) -> list[Booking]:
    """Return the bookings of a payment; an id that is none of ours is for the audit: the others are paid all the same.

    In one order: two payments of the same bookings wait for each other and do not deadlock.
    """
    found = []
    for booking_id in sorted(booking_ids):
        try:
            found.append(await tx.bookings.lock(booking_id, Viewer()))
        except BookingNotFound:
            tx.audit("payment_of_unknown_booking", entity="booking", entity_id=booking_id)
    return found
