"""Take over what the intake needs of a published plan."""

from claims_api.domain.plan import PlanVersion
from claims_api.use_cases.ports import Tx


async def record_plan(tx: Tx, *, plan: PlanVersion) -> None:
    """Know the version's articles and terms from now on."""
    await tx.plans.put(plan)
    tx.audit("plan_recorded", entity="plan", entity_id=plan.plan_id, version=plan.version)


async def drop_plan(tx: Tx, *, plan_id: str, version: str) -> None:
    """Forget a version that was withdrawn: others cover its days."""
    await tx.plans.remove(plan_id, version)
    tx.audit("plan_dropped", entity="plan", entity_id=plan_id, version=version)
