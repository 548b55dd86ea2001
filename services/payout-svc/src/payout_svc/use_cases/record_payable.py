"""Open what the fund owes for a settled claim or a closed booking."""

from payout_svc.domain.ledger import payable_opened
from payout_svc.domain.payable import Payable
from payout_svc.use_cases.ports import Work


async def record_payable(tx: Work, *, payable: Payable) -> None:
    """Open a payable with its ledger entry; the same source again changes nothing."""
    if await tx.payables.open(payable, recorded_at=tx.now):
        await tx.ledger.post(payable_opened(payable))
