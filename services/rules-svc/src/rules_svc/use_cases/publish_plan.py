"""Publish a plan version, which then never changes."""

from kit.errors import FieldError
from rules_svc.domain.errors import PlanInvalid, PlanVersionTaken
from rules_svc.use_cases.ports import PlanDraft, Tx


async def publish_plan(tx: Tx, *, draft: PlanDraft) -> bool:
    """Publish a checked draft; False when the very same content is published already.

    Raises: PlanVersionTaken when the version stands with other content; PlanInvalid with every fault.
    """
    await tx.plans.wait_turn(draft.plan_id)
    known = await tx.plans.published_hash(draft.plan_id, draft.version)
    if known == draft.hash:
        return False
    if known is not None:
        raise PlanVersionTaken(
            f"version {draft.version} of {draft.plan_id} is published with other content: make a new version",
            published_hash=known,
        )
    faults = list(draft.faults_after(await tx.plans.newest(draft.plan_id)))
    taken = await tx.plans.starting_on(draft.plan_id, draft.effective_from)
    if taken is not None:
        message = f"version {taken} begins on {draft.effective_from} too"
        faults.append(FieldError("/plan/effective_from", "day_taken", message))
    if faults:
        raise PlanInvalid(f"{len(faults)} faults in version {draft.version} of {draft.plan_id}", errors=faults)
    await tx.plans.add(draft)
    tx.publish(draft.event())
    tx.audit("plan_published", entity="plan", entity_id=draft.plan_id, version=draft.version, hash=draft.hash)
    return True
