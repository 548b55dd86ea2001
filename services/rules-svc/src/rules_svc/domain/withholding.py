"""Whether what a decision pays is gross of withholding."""

from rules_svc.domain.case import Case
from rules_svc.domain.decision import Decision
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts, Request


def gross_of_withholding(plan: Plan, decision: Decision, request: Request, facts: Facts) -> bool:
    """Say whether the plan calls the benefit gross; it holds of a referred request too, which a person may grant.

    Source: reading A32: the gross amount is decided, capped and kept; a rate stands in no plan.
    """
    benefit = plan.benefits.get(decision.article)
    return benefit is not None and benefit.gross is not None and benefit.gross.test(Case(plan, request, facts))
