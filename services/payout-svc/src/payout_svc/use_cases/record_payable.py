"""Open what the fund owes for a settled claim or a closed booking."""

from payout_svc.domain.ledger import payable_opened
from payout_svc.domain.payable import Payable
from payout_svc.use_cases.ports import Work


def record_payable(tx: Work, *, payable: Payable) -> None:
    """Open a payable with its ledger entry; the same source again changes nothing."""
    tx.payables.open(payable, payable_opened(payable), recorded_at=tx.now)
