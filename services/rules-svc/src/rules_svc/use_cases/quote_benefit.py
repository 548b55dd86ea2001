"""Tell a member what a service would give, in both modes, without taking anything."""

from collections.abc import Sequence
from uuid import UUID

from rules_svc.domain.errors import NoPlanInForce, PersonNotFound
from rules_svc.domain.history import with_known_facts
from rules_svc.domain.quote import Quote, hypothetical, quote
from rules_svc.domain.request import Facts, Mode, Request
from rules_svc.use_cases.ports import Tx


async def quote_benefit(
    tx: Tx, *, person_id: UUID, owner_member_id: UUID | None, request: Request, modes: Sequence[Mode]
) -> Quote:
    """Evaluate a hypothetical request in each mode that the article has; nothing is reserved.

    Raises: PersonNotFound for a person of another family; NoPlanInForce; ArticleNotFound.
    """
    known = await tx.persons.find(person_id, owner_member_id)
    if known is None:
        raise PersonNotFound("no such person")
    basis = await tx.plans.quote_basis([request.expense_date], person_id)
    plan = basis.plans.get(request.expense_date)
    if plan is None:
        raise NoPlanInForce("no plan version covers that day", day=request.expense_date.isoformat())
    asked = hypothetical(plan, request)
    facts = Facts(known.member, known.beneficiary, basis.on_file)
    if plan.benefits[asked.article].known:
        asked = with_known_facts(plan, asked, facts, await tx.decisions.paid(person_id, asked.article))
    tx.audit("benefit_quoted", entity="person", entity_id=person_id, person_id=person_id, article=asked.article)
    return quote(plan, asked, modes, facts, basis.balances)
