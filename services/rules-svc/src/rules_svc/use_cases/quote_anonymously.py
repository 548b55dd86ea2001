"""Tell anybody what a service would give to somebody with the facts that they state."""

from collections.abc import Sequence

from rules_svc.domain.errors import PlanNotFound
from rules_svc.domain.quote import Quote, hypothetical, quote
from rules_svc.domain.request import Facts, Mode, Request
from rules_svc.use_cases.ports import Tx


async def quote_anonymously(tx: Tx, *, plan_id: str, facts: Facts, request: Request, modes: Sequence[Mode]) -> Quote:
    """Evaluate a hypothetical request of nobody in particular: every limit is untouched.

    Raises: PlanNotFound when no version of the plan covers the day; ArticleNotFound.
    """
    plan, _ = await tx.plans.in_force(request.expense_date, None)
    if plan is None or plan.plan_id != plan_id:
        raise PlanNotFound(f"no version of {plan_id} is in force on that day")
    return quote(plan, hypothetical(plan, request), modes, facts, {})
