"""Offer the slots of a period."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from booking_api.domain.errors import FacilityNotFound
from booking_api.domain.slot import SlotTime, check_offered
from booking_api.use_cases.ports import BookingTransaction


async def offer_slots(
    tx: BookingTransaction,
    *,
    facility_id: UUID,
    starts_from: datetime,
    starts_before: datetime,
    times: Sequence[SlotTime],
) -> int:
    """Make the slots of a period these ones, and return how many were withdrawn; what is booked stays booked.

    Raises: FacilityNotFound, SlotsInvalid.
    """
    facility = await tx.facilities.get(facility_id)
    if facility is None:
        raise FacilityNotFound("La struttura non esiste")
    check_offered(times, facility, starts_from=starts_from, starts_before=starts_before)
    withdrawn = await tx.slots.replace(facility_id, times, starts_from=starts_from, starts_before=starts_before)
    tx.audit("slots_offered", entity="facility", entity_id=facility_id, offered=len(times), withdrawn=withdrawn)
    return withdrawn
