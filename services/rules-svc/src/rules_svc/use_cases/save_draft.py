"""Save a draft of a plan version."""

from rules_svc.domain.errors import PlanInvalid, PlanVersionTaken
from rules_svc.use_cases.ports import PlanDraft, Tx


async def save_draft(tx: Tx, *, plan_id: str, draft: PlanDraft, saved_by: str) -> None:
    """Keep a draft, in place of an earlier one of the same version; it may still have faults.

    Raises: PlanInvalid when it is of another plan or fund; PlanVersionTaken when the version is published.
    """
    if (draft.plan_id, draft.fund) != (plan_id, tx.fund):
        raise PlanInvalid(f"this is a version of {draft.plan_id} of the fund {draft.fund}")
    published = await tx.plans.published_hash(draft.plan_id, draft.version)
    if published is not None:
        raise PlanVersionTaken(
            f"version {draft.version} of {plan_id} is published: make a new version", published_hash=published
        )
    await tx.drafts.put(draft, saved_by=saved_by)
    tx.audit("plan_draft_saved", entity="plan", entity_id=plan_id, version=draft.version, hash=draft.hash)
