"""Tell a member what a service would give, in both modes, without taking anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import ArticleNotFound, NoPlanInForce, PersonNotFound
from rules_svc.domain.evaluate import evaluate, limit_keys
from rules_svc.domain.plan import Benefit, Plan
from rules_svc.domain.request import Facts, Mode, Request
from rules_svc.domain.standing import Standing, standings
from rules_svc.use_cases.ports import Tx


@dataclass(frozen=True, slots=True)
class Quote:
    """What each mode would give, and how the person stands in the limits that it touches."""

    plan: Plan
    article: str
    decisions: dict[Mode, Decision]
    standings: list[Standing]


async def quote_benefit(
    tx: Tx, *, person_id: UUID, owner_member_id: UUID | None, request: Request, modes: Sequence[Mode]
) -> Quote:
    """Evaluate a hypothetical request in each mode that the article has; nothing is reserved.

    Raises: PersonNotFound for a person of another family; NoPlanInForce; ArticleNotFound.
    """
    known = await tx.persons.find(person_id, owner_member_id)
    if known is None:
        raise PersonNotFound("no such person")
    plan, on_file = await tx.plans.in_force(request.expense_date, person_id)
    if plan is None:
        raise NoPlanInForce("no plan version covers that day", day=request.expense_date.isoformat())
    benefit = _benefit_of(plan, request)
    request = replace(request, article=benefit.article)
    facts = Facts(known.member, known.beneficiary, on_file)
    asked = {mode: replace(request, mode=mode, hypothetical=True) for mode in modes if mode in benefit.terms}
    keys = {key for one in asked.values() for key in limit_keys(plan, one, facts)}
    touched = sorted({key.limit_id for key in keys})
    balances = await tx.limits.balances(person_id, touched) if touched else {}
    decisions = {mode: evaluate(plan, one, facts, balances) for mode, one in asked.items()}
    found: list[Standing] = []
    for limit_id in touched:
        found += standings(plan.limits[limit_id], plan.ceilings[limit_id], request.expense_date, balances)
    tx.audit("benefit_quoted", entity="person", entity_id=person_id, person_id=person_id, article=request.article)
    return Quote(plan, benefit.article, decisions, found)


def _benefit_of(plan: Plan, request: Request) -> Benefit:
    """Return the article that is asked for, or the one whose tariff has all the codes."""
    if request.article:
        found = plan.benefits.get(request.article)
    else:
        codes = {item.code for item in request.items}
        found = next((benefit for benefit in plan.benefits.values() if codes <= benefit.rows.keys()), None)
    if found is None:
        raise ArticleNotFound(f"the plan has no article {request.article or 'with these codes'}")
    return found
