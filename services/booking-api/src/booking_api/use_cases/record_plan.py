"""Keep the projection of published plans."""

from booking_api.domain.plan import PlanVersion
from booking_api.use_cases.ports import BookingTransaction


async def record_plan(tx: BookingTransaction, *, plan: PlanVersion) -> None:
    """Write a published plan version; published versions never change, so the same one again changes nothing."""
    await tx.plans.put(plan)
