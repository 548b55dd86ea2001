"""Let go of a claim that its member took back."""

from uuid import UUID

from rules_svc.use_cases.adjudicate import reverse_standing
from rules_svc.use_cases.ports import Tx


async def withdraw_claim(tx: Tx, *, claim_id: UUID, revision: int) -> None:
    """Never decide the claim again, and give back by postings what its decisions took.

    Whether the claim comes before, after or not at all makes no difference, and neither does the same withdrawal twice.
    """
    # It waits for whoever decides the claim at this moment, as every decision on it waits for this.
    newest = await tx.decisions.newest("claim", claim_id)
    if not await tx.decisions.withdraw(claim_id, revision):
        return
    windows = 0
    if newest is not None:
        await tx.decisions.withdraw_evidence(newest.decision_id)
        source = f"claim:{claim_id}"
        windows = await reverse_standing(tx, source, await tx.limits.standing(source))
    tx.audit("claim_withdrawn", entity="claim", entity_id=claim_id, decided=newest is not None, windows=windows)
