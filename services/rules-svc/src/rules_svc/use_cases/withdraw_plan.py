"""Withdraw a published plan version: it decides nothing new, and what it decided stays."""

from kit.clock import rome_date
from kit.errors import FieldError
from rules_svc.domain.errors import PlanNotFound, WithdrawalLeavesGap
from rules_svc.domain.events import PlanWithdrawn
from rules_svc.domain.periods import uncovered
from rules_svc.use_cases.office_ports import PublishedVersion
from rules_svc.use_cases.ports import Tx


async def withdraw_plan(tx: Tx, *, plan_id: str, version: str, reason: str, withdrawn_by: str) -> bool:
    """Withdraw a version whose days other versions cover; False when it is withdrawn already.

    Its decisions stand and replay under its hash; instalments and reviews of them go on by it.

    Raises: PlanNotFound; WithdrawalLeavesGap naming each run of days that no version would cover.
    """
    await tx.plans.wait_turn(plan_id)
    known = {one.version: one for one in await tx.plans.timetable(plan_id)}
    own = known.pop(version, None)
    if own is None:
        raise PlanNotFound(f"no version {version} of {plan_id} is published")
    if own.withdrawn:
        return False
    _check_covered(own, [one for one in known.values() if not one.withdrawn])
    await tx.plans.withdraw(plan_id, version, reason=reason, withdrawn_by=withdrawn_by)
    await tx.drafts.end(plan_id, version, "withdrawn")
    tx.publish(
        PlanWithdrawn(
            plan_id=plan_id,
            fund=tx.fund,
            version=version,
            hash=own.hash,
            effective_from=own.period.first,
            effective_to=own.period.until,
            withdrawn_on=rome_date(tx.now),
            reason=reason,
        )
    )
    tx.audit("plan_withdrawn", entity="plan", entity_id=plan_id, version=version, hash=own.hash, reason=reason)
    return True


def _check_covered(own: PublishedVersion, standing: list[PublishedVersion]) -> None:
    gaps = uncovered(own.period, [one.period for one in standing])
    if not gaps:
        return
    told = [f"from {gap.first}" + (f" to the day before {gap.until}" if gap.until else " on") for gap in gaps]
    errors = [FieldError("/version", "days_uncovered", f"no other version is in force {one}") for one in told]
    raise WithdrawalLeavesGap(
        f"without {own.version} no version is in force {', '.join(told)}: publish one for these days first",
        errors=errors,
        gaps=[{"from": str(gap.first), "until": str(gap.until) if gap.until else None} for gap in gaps],
    )
