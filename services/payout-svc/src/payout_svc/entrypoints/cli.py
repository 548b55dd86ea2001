"""Commands of payout-svc: `verify` adds the ledger up again, `closing` reconciles a month."""

import argparse
import asyncio
import sys

from kit.context import Context
from kit.errors import DomainError
from kit.money import format_eur
from payout_svc.bootstrap import Services, build
from payout_svc.domain.run_month import RunMonth
from payout_svc.settings import PayoutSettings
from payout_svc.use_cases.close_month import close_month


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


async def closing(services: Services, fund: str, month: RunMonth) -> bool:
    """Print a month's reconciliation; return whether all is equal."""
    context = Context(fund=fund, actor="system:payouts", now=services.clock.now())
    async with services.uow.begin(context) as tx:
        found = await close_month(tx, month=month, files=services.files)
    print(f"fund {fund}, {month}")
    for check in found.checks:
        state = "equal" if check.equal else f"{check.differing} DIFFERENCES"
        sides = (
            f"{check.expected_count} ({format_eur(check.expected_cents)})"
            f" / {check.actual_count} ({format_eur(check.actual_cents)})"
        )
        print(f"  {check.name:36} {sides:44} {state}")
        for difference in check.differences:
            print(f"    {difference.id}: expected {difference.expected_cents}, found {difference.actual_cents} cents")
    print("all equal" if found.all_equal else "NOT EQUAL")
    return found.all_equal


def _parser(settings: PayoutSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="payout_svc")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("verify", "check the ledger"), ("closing", "reconcile a month")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--fund", default=settings.fund_default)
        if name == "closing":
            command.add_argument("month", type=RunMonth.parse, help="such as 2027-01")
    return parser


async def main(arguments: list[str]) -> int:
    settings = PayoutSettings()
    wanted = _parser(settings).parse_args(arguments)
    services = build(settings)
    try:
        if wanted.command == "closing":
            return 0 if await closing(services, wanted.fund, wanted.month) else 1
        return 0 if await verify(services, wanted.fund) else 1
    except DomainError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        await services.uow.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
