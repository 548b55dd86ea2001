"""The process that runs one simulation: apart from the worker, so that a million claims hold up no event.

python -m rules_svc.entrypoints.simulator FUND SIMULATION_ID
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any
from uuid import UUID

from kit.context import Context
from rules_svc.adapters.history import count_claims, stored_claims
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_draft import titles_of
from rules_svc.adapters.plan_reader import plan_from_content
from rules_svc.adapters.population import read_population, synthetic_claims
from rules_svc.adapters.simulation_report import report_of
from rules_svc.adapters.unit_of_work import RulesTransaction
from rules_svc.bootstrap import Services, build
from rules_svc.domain.plan import Plan
from rules_svc.domain.simulation import Books, Comparison, PlanOn, SimulatedClaim
from rules_svc.settings import RulesSettings

_TOLD_EVERY = 5_000


def in_force(plans: list[Plan]) -> PlanOn:
    """Choose the newest version that covers a day."""
    newest_first = sorted(plans, key=lambda plan: plan.effective_from, reverse=True)
    known: dict[date, Plan | None] = {}

    def plan_on(day: date) -> Plan | None:
        if day not in known:
            known[day] = next((plan for plan in newest_first if plan.in_force(day)), None)
        return known[day]

    return plan_on


async def simulate(services: Services, fund: str, simulation_id: UUID) -> None:
    """Run a simulation that the worker has taken, and keep its result."""

    def begin() -> AbstractAsyncContextManager[RulesTransaction]:
        return services.uow.begin(Context(fund=fund, actor="system:rules", now=services.clock.now()))

    async with begin() as tx:
        row = await tx.simulations.find(simulation_id)
        standing = [one for one in await tx.plans.versions() if one["withdrawn_at"] is None]
        published = [await tx.plans.compiled(one["hash"]) for one in standing]
    draft = plan_from_content(row["content"])
    plan = compile_plan(draft)
    # The draft decides every claim, also those older than its own beginning: that is the question.
    comparison = Comparison(Books(in_force(published)), Books(lambda _day: plan))
    async with begin() as reading:
        total, claims = await _population(reading, row["plan_id"], row["population"])
        async for claim in claims:
            comparison.add(claim)
            if comparison.total.claims % _TOLD_EVERY == 0:
                async with begin() as tx:
                    await tx.simulations.progress(simulation_id, done=comparison.total.claims, total=total)
    async with begin() as tx:
        await tx.simulations.progress(simulation_id, done=comparison.total.claims, total=total)
        await tx.simulations.finish(simulation_id, result=report_of(comparison, titles_of(draft)))


async def _population(
    tx: RulesTransaction, plan_id: str, population: Mapping[str, Any]
) -> tuple[int, AsyncIterator[SimulatedClaim]]:
    first = date.fromisoformat(population["from"])
    if population["kind"] == "synthetic":
        return population["claims"], _synthetic(plan_id, population["claims"], population["seed"], first)
    last = date.fromisoformat(population["to"])
    return await count_claims(tx.conn, tx.fund, first, last), stored_claims(tx.conn, tx.fund, first, last)


async def _synthetic(plan_id: str, claims: int, seed: int, first_day: date) -> AsyncIterator[SimulatedClaim]:
    for claim in synthetic_claims(read_population(plan_id), claims=claims, seed=seed, first_day=first_day):
        yield claim


async def _main(fund: str, simulation_id: str) -> None:
    services = build(RulesSettings())
    try:
        await simulate(services, fund, UUID(simulation_id))
    finally:
        await services.uow.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
