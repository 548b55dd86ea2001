"""Let a held payee be paid again."""

from uuid import UUID

from payout_svc.domain.errors import HoldLifted, HoldNeedsHeirs, LifterIsPlacer
from payout_svc.domain.payee_hold import Hold, HoldKind
from payout_svc.use_cases.ports import Work


async def lift_hold(tx: Work, *, hold_id: UUID, lifted_by: str, reason: str) -> Hold:
    """Lift a hold; whoever placed it cannot. The hold of a deceased member goes with the approval of the heirs.

    Raises: HoldNotFound, LifterIsPlacer, HoldLifted, HoldNeedsHeirs.
    """
    hold = await tx.holds.lock(hold_id)
    if hold.lifted_at is not None:
        raise HoldLifted("the hold is lifted already", lifted_by=hold.lifted_by)
    if hold.kind is HoldKind.DECEASED:
        raise HoldNeedsHeirs("approve the heirs' payee with POST /v1/heirs/{heir_id}/approve: that lifts this hold")
    if hold.placed_by == lifted_by:
        raise LifterIsPlacer("whoever placed the hold cannot lift it: another person must")
    await tx.holds.lift(hold_id, lifted_by=lifted_by, reason=reason, at=tx.now)
    tx.audit(
        "payout_hold_lifted", entity="payout_hold", entity_id=hold_id, person_id=hold.payee_id, kind=hold.kind.value
    )
    return await tx.holds.lock(hold_id)
