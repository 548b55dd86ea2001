"""`mutua plan replay`: decide every stored decision of the running system anew, and list what differs."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from kit.context import Context
from rules_svc.adapters.replay import differences
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services, build
from rules_svc.settings import RulesSettings


def replay(tell: Callable[[str], None]) -> int:
    """Replay page by page and tell the way; 1 when a decision differs in more than its words."""
    return asyncio.run(_replay(tell))


async def _replay(tell: Callable[[str], None]) -> int:
    services = build(RulesSettings())
    try:
        _, differing = await replay_all(services, tell)
    finally:
        await services.uow.close()
    return int(differing > 0)


async def replay_all(services: Services, tell: Callable[[str], None]) -> tuple[int, int]:
    """Replay what is stored, in order, a page a transaction; return how many there are and how many differ."""
    seen = differing = 0
    after: UUID | None = None
    while True:
        context = Context(fund="*", actor="system:rules", now=services.clock.now())
        async with services.uow.begin(context) as tx:
            rows = await tx.decisions.page(after)
            if not rows:
                return seen, differing
            for row in rows:
                found = await _replayed(tx, row)
                differing += any(not name.endswith("(wording)") for name in found)
                if found:
                    tell(f"{row['decision_id']} {row['kind']} {row['subject_id']}: {', '.join(found)}")
        after, seen = rows[-1]["decision_id"], seen + len(rows)
        tell(f"{seen} decisions replayed, {differing} differ")


async def _replayed(tx: RulesTransaction, row: dict[str, object]) -> list[str]:
    digest = str(row["plan_hash"])
    plan = await tx.plans.compiled(digest) if digest else None
    return differences(row, plan, tx.texts)
