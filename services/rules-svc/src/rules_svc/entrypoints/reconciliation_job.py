"""The worker's part in reconciliations: ask for those of the month that has ended, make those that wait."""

from kit.context import Context
from rules_svc.bootstrap import Services
from rules_svc.use_cases.reconcile_ledger import ask_reconciliation, funds_to_close, reconcile_waiting


async def reconcile_ledgers(services: Services) -> None:
    """Reconcile what is due, a month of a fund a transaction; a failure leaves its request for the next turn."""
    async with services.uow.begin(_context(services, "*")) as tx:
        month, ended = await funds_to_close(tx)
    for fund in ended:
        async with services.uow.begin(_context(services, fund)) as tx:
            await ask_reconciliation(tx, month=month, requested_by="system:rules")
    async with services.uow.begin(_context(services, "*")) as tx:
        waiting = await tx.ledger_audit.funds_waiting()
    for fund in waiting:
        while await _one(services, fund):
            pass


async def _one(services: Services, fund: str) -> bool:
    async with services.uow.begin(_context(services, fund)) as tx:
        return await reconcile_waiting(tx)


def _context(services: Services, fund: str) -> Context:
    return Context(fund=fund, actor="system:rules", now=services.clock.now())
