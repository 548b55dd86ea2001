"""Hold a payee's balance."""

from payout_svc.domain.errors import AlreadyHeld
from payout_svc.domain.payee_hold import Hold
from payout_svc.use_cases.ports import Work


async def place_hold(tx: Work, *, hold: Hold) -> Hold:
    """Keep a payee out of the next runs; a run that is approved already is refused when it is executed.

    Raises: AlreadyHeld.
    """
    if not await tx.holds.place(hold):
        raise AlreadyHeld(f"the payee has an open hold of this kind already: {hold.kind.value}")
    tx.audit(
        "payout_hold_placed", entity="payout_hold", entity_id=hold.hold_id, person_id=hold.payee_id, kind=hold.kind
    )
    return hold
