"""The line that a payee reads on the bank statement; it says nothing about health."""

from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.run_month import RunMonth


def remittance_text(kind: PayeeKind, month: RunMonth, payables: int) -> str:
    """Write what a transfer is for, in Italian."""
    if kind is PayeeKind.MEMBER:
        return f"Rimborso sussidi {month.italian} - {payables} {'richiesta' if payables == 1 else 'richieste'}"
    return f"Prestazioni in forma diretta {month.italian} - {payables} {'fattura' if payables == 1 else 'fatture'}"
