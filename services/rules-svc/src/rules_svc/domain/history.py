"""Facts that the fund's own decisions tell of a person."""

from collections.abc import Sequence
from dataclasses import replace

from rules_svc.domain.amounts import whole
from rules_svc.domain.case import Case
from rules_svc.domain.dates import start_of_year
from rules_svc.domain.plan import KnownFact, Plan
from rules_svc.domain.request import Facts, Request


def with_known_facts(plan: Plan, request: Request, facts: Facts, paid: Sequence[Request]) -> Request:
    """Put into a request what earlier payments of its article tell.

    A higher figure that the request brings itself stands: the fund does not know what was paid elsewhere or before.
    """
    benefit = plan.benefits[request.article]
    case = Case(plan, request, facts)
    asked = [known for known in benefit.known if known.asked is None or known.asked.test(case)]
    counted = {known.name: _count(plan, known, request, facts, paid) for known in asked}
    told = {name: count for name, count in counted.items() if count > whole(request.extra.get(name))}
    return replace(request, extra={**request.extra, **told}) if told else request


def _count(plan: Plan, known: KnownFact, request: Request, facts: Facts, paid: Sequence[Request]) -> int:
    alike = [
        one
        for one in paid
        if all(str(one.extra.get(name)) == str(request.extra.get(name)) for name in known.same)
        and (known.when is None or known.when.test(Case(plan, one, facts)))
    ]
    if not known.by_year:
        return len(alike)
    years = {start_of_year(one.expense_date, known.year_from) for one in alike}
    return len(years - {start_of_year(request.expense_date, known.year_from)})
