"""Keep the projection of members and their families."""

from booking_api.domain.member import Family
from booking_api.use_cases.ports import BookingTransaction


async def record_family(tx: BookingTransaction, *, family: Family) -> None:
    """Write a family as the claims service knows it; an older version than the known one changes nothing."""
    if await tx.members.put(family):
        tx.audit("family_recorded", entity="member", entity_id=family.member_id, version=family.version)
