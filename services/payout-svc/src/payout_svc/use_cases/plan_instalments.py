"""Keep the later instalments of a settled claim."""

from collections.abc import Sequence

from payout_svc.domain.instalment import Instalment
from payout_svc.use_cases.ports import Work


async def plan_instalments(tx: Work, *, instalments: Sequence[Instalment]) -> None:
    """Note them until the first one is paid, which fixes their month; the same claim again changes nothing."""
    if instalments:
        await tx.instalments.plan(instalments)
