"""Ask what a draft would have decided."""

from collections.abc import Mapping
from typing import Any

from kit.ids import new_id
from rules_svc.domain.errors import PlanInvalid
from rules_svc.use_cases.office_ports import SimulationAsked
from rules_svc.use_cases.ports import PlanDraft, Tx


async def request_simulation(
    tx: Tx, *, plan_id: str, draft: PlanDraft, population: Mapping[str, Any], requested_by: str
) -> SimulationAsked:
    """Queue a simulation of a draft that has no fault of its own; it need not be ready to be published.

    Raises: PlanInvalid naming every fault.
    """
    faults = list(draft.faults())
    if draft.plan_id != plan_id:
        raise PlanInvalid(f"this is a version of {draft.plan_id}, not of {plan_id}")
    if faults:
        raise PlanInvalid(f"{len(faults)} faults in version {draft.version} of {draft.plan_id}", errors=faults)
    asked = SimulationAsked(
        simulation_id=new_id(),
        plan_id=draft.plan_id,
        version=draft.version,
        hash=draft.hash,
        content=draft.content,
        population=population,
        requested_by=requested_by,
    )
    await tx.simulations.add(asked)
    tx.audit("simulation_requested", entity="simulation", entity_id=asked.simulation_id, plan_hash=draft.hash)
    return asked
