"""Show how a person stands in every limit of the plan."""

from datetime import date
from uuid import UUID

from rules_svc.domain.errors import NoPlanInForce, PersonNotFound
from rules_svc.domain.standing import Standing, standings
from rules_svc.use_cases.ports import Tx


async def read_limits(tx: Tx, *, person_id: UUID, owner_member_id: UUID | None, day: date) -> list[Standing]:
    """Return the standings on a day.

    Raises: PersonNotFound for a person of another family; NoPlanInForce.
    """
    known = await tx.persons.find(person_id, owner_member_id)
    if known is None:
        raise PersonNotFound("no such person")
    plan, _ = await tx.plans.in_force(day, None)
    if plan is None:
        raise NoPlanInForce("no plan version covers that day", day=day.isoformat())
    balances = await tx.limits.balances(person_id, sorted(plan.limits))
    found: list[Standing] = []
    for limit_id, limit in plan.limits.items():
        found += standings(limit, plan.ceilings[limit_id], day, balances)
    tx.audit("limits_read", entity="person", entity_id=person_id, person_id=person_id)
    return found
