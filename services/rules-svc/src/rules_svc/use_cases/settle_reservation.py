"""End the reservation of a direct booking."""

from uuid import UUID

from rules_svc.use_cases.ports import SettlementKind, Tx

_ACTIONS: dict[SettlementKind, str] = {"consume": "reservation_consumed", "release": "reservation_released"}


async def settle_reservation(tx: Tx, *, booking_id: UUID, kind: SettlementKind) -> None:
    """Turn what a booking reserved into consumption, or give it back; the same end twice changes nothing."""
    changed = await tx.limits.settle(f"booking:{booking_id}", kind)
    if changed:
        tx.audit(_ACTIONS[kind], entity="booking", entity_id=booking_id, windows=changed)
