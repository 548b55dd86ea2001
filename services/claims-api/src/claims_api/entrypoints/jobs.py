"""What the worker does from time to time."""

from datetime import timedelta

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.bootstrap import SOURCE, Services
from claims_api.use_cases.escalate_work import escalate_claim, escalate_item
from claims_api.use_cases.lapse_claim import lapse_claim
from claims_api.use_cases.release_case import release_in_turn
from kit.clock import rome_date
from kit.context import Context

BATCH = 100
# No due date is nearer than this after something came to its turn.
_SOONEST = timedelta(days=1)


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


async def release_paper(services: Services) -> int:
    """Give the rules the cases on paper whose turn has come, each in a transaction of its own; return how many."""
    released = 0
    now = services.clock.now()
    everywhere = Context(fund="*", actor=f"system:{SOURCE}", now=now)
    async with services.uow.begin(everywhere) as tx:
        waiting = await tx.cases.come_to_their_turn(rome_date(now), BATCH)
    for fund, case_id in waiting:
        async with services.uow.begin(Context(fund=fund, actor=everywhere.actor, now=now)) as tx:
            released += await release_in_turn(tx, case_id=case_id)
    return released


async def escalate_overdue(services: Services) -> int:
    """Bring what missed its due date to the desk, each in a transaction of its own; return how many."""
    now = services.clock.now()
    everywhere = Context(fund="*", actor=f"system:{SOURCE}", now=now)
    async with services.uow.begin(everywhere) as tx:
        await tx.overdue.close_answered(at=now)
        items = await tx.overdue.items(now - _SOONEST, BATCH)
        claims = await tx.overdue.claims(rome_date(now - _SOONEST), BATCH)
    escalated = 0
    for fund, item in items:
        async with services.uow.begin(Context(fund=fund, actor=everywhere.actor, now=now)) as tx:
            escalated += await escalate_item(tx, item=item, terms=terms_of(fund))
    for fund, claim_id in claims:
        async with services.uow.begin(Context(fund=fund, actor=everywhere.actor, now=now)) as tx:
            escalated += await escalate_claim(tx, claim_id=claim_id, terms=terms_of(fund))
    return escalated
