"""Take over what booking-api tells of a direct service."""

from claims_api.domain.practice_row import DirectService
from claims_api.use_cases.ports import Tx


async def record_direct_service(tx: Tx, *, service: DirectService) -> None:
    """Keep the newest that is known of the booking."""
    await tx.practices.put_direct(service)
    tx.audit("direct_service_recorded", entity="booking", entity_id=service.booking_id, state=service.state)
