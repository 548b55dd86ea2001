"""Publish a saved draft, or put it away."""

from rules_svc.use_cases.ports import PlanDraft, Tx
from rules_svc.use_cases.publish_plan import publish_plan


async def publish_draft(tx: Tx, *, plan_id: str, version: str) -> PlanDraft:
    """Publish a draft with every check; it never changes afterwards.

    Raises: DraftNotFound; PlanInvalid with every fault.
    """
    draft = (await tx.drafts.open(plan_id, version)).as_published()
    await publish_plan(tx, draft=draft)
    await tx.drafts.end(plan_id, version, "published")
    return draft


async def withdraw_draft(tx: Tx, *, plan_id: str, version: str) -> None:
    """Put a draft away; it stays in the list.

    Raises: DraftNotFound, also for a version that is published (see `withdraw_plan`).
    """
    await tx.drafts.open(plan_id, version)
    await tx.drafts.end(plan_id, version, "withdrawn")
    tx.audit("plan_draft_withdrawn", entity="plan", entity_id=plan_id, version=version)
