"""Tell a member what several services would give, to compare them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import ArticleNotFound, NoPlanInForce, PersonNotFound
from rules_svc.domain.evaluate import evaluate
from rules_svc.domain.history import with_known_facts
from rules_svc.domain.plan import Plan
from rules_svc.domain.quote import hypothetical
from rules_svc.domain.request import Facts, Request
from rules_svc.use_cases.ports import Tx


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing can be said of a service: no plan covers its day, or the plan has no such article."""

    code: str
    message: str


async def quote_batch(
    tx: Tx, *, person_id: UUID, owner_member_id: UUID | None, requests: Sequence[Request]
) -> list[Decision | Nothing]:
    """Evaluate alternatives, each as if it were the only one; the number of statements does not grow with them,
    only with the articles whose facts the fund's own decisions tell.

    Raises: PersonNotFound for a person of another family.
    """
    known = await tx.persons.find(person_id, owner_member_id)
    if known is None:
        raise PersonNotFound("no such person")
    basis = await tx.plans.quote_basis({one.expense_date for one in requests}, person_id)
    facts = Facts(known.member, known.beneficiary, basis.on_file)
    asked = [_asked(basis.plans, one) for one in requests]
    telling = {request.article for plan, request in _answered(asked) if plan.benefits[request.article].known}
    paid = {article: await tx.decisions.paid(person_id, article) for article in sorted(telling)}
    tx.audit("benefits_quoted", entity="person", entity_id=person_id, person_id=person_id, lines=len(requests))

    def decided(plan: Plan, request: Request) -> Decision:
        if request.article in paid:
            request = with_known_facts(plan, request, facts, paid[request.article])
        return evaluate(plan, request, facts, basis.balances)

    return [one if isinstance(one, Nothing) else decided(*one) for one in asked]


def _answered(asked: Sequence[tuple[Plan, Request] | Nothing]) -> list[tuple[Plan, Request]]:
    return [one for one in asked if not isinstance(one, Nothing)]


def _asked(plans: Mapping[date, Plan], request: Request) -> tuple[Plan, Request] | Nothing:
    plan = plans.get(request.expense_date)
    if plan is None:
        return Nothing(NoPlanInForce.code, f"no plan version covers {request.expense_date}")
    try:
        return plan, hypothetical(plan, request)
    except ArticleNotFound as unknown:
        return Nothing(unknown.code, unknown.message)
