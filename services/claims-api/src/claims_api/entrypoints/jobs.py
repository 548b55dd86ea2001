"""What the worker does from time to time."""

from claims_api.bootstrap import SOURCE, Services
from claims_api.use_cases.lapse_claim import lapse_claim
from kit.clock import rome_date
from kit.context import Context

BATCH = 100


async def lapse_overdue(services: Services) -> int:
    """Reject the suspended claims whose time is over, each in a transaction of its own; return how many."""
    lapsed = 0
    now = services.clock.now()
    everywhere = Context(fund="*", actor=f"system:{SOURCE}", now=now)
    async with services.uow.begin(everywhere) as tx:
        overdue = await tx.cases.overdue(rome_date(now), BATCH)
    for fund, claim_id in overdue:
        async with services.uow.begin(Context(fund=fund, actor=everywhere.actor, now=now)) as tx:
            lapsed += await lapse_claim(tx, claim_id=claim_id)
    return lapsed
