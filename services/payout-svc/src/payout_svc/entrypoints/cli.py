"""Commands of payout-svc: `verify` adds the ledger up again."""

import argparse
import asyncio
import sys

from kit.context import Context
from payout_svc.bootstrap import Services, build
from payout_svc.settings import PayoutSettings


async def verify(services: Services, fund: str) -> bool:
    """Print what the ledger says about itself; return whether everything fits."""
    context = Context(fund=fund, actor="system:payouts", now=services.clock.now())
    async with services.uow.begin(context) as tx:
        check = await tx.ledger.check()
    print(f"fund {fund}: {check.transactions} transactions, sum {check.sum_cents} cents")
    for transaction_id in check.unbalanced:
        print(f"  transaction {transaction_id} does not sum to zero")
    for payee_id in check.differing_payees:
        print(f"  the ledger and the open payables of payee {payee_id} differ")
    print("the ledger is balanced" if check.balanced else "THE LEDGER IS NOT BALANCED")
    return check.balanced


async def main(arguments: list[str]) -> int:
    settings = PayoutSettings()
    parser = argparse.ArgumentParser(prog="payout_svc")
    command = parser.add_subparsers(dest="command", required=True).add_parser("verify", help="check the ledger")
    command.add_argument("--fund", default=settings.fund_default)
    wanted = parser.parse_args(arguments)
    services = build(settings)
    try:
        return 0 if await verify(services, wanted.fund) else 1
    finally:
        await services.uow.database.dispose()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
