"""Follow the checks of claims."""

from payout_svc.domain.claim_check import ClaimCheck
from payout_svc.use_cases.ports import Work


async def record_claim_check(tx: Work, *, check: ClaimCheck) -> ClaimCheck:
    """Record that a check was opened or closed; what is owed for the claim waits in between.

    The audit says what the check does: one that was opened after the payment changes nothing (`paid_before`).
    Shapes: of `check` one of `opened_at` and `closed_at` is told; the events may come in any order and again.
    Source: rules 1.3-R18 and 1.3-R21.
    """
    known = await tx.claim_checks.record(check)
    action = "claim_check_opened" if check.opened_at is not None else "claim_check_closed"
    tx.audit(action, entity="claim", entity_id=check.claim_id, check_id=str(check.check_id), effect=known.effect.value)
    return known
