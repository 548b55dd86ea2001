"""Quotes: hypothetical requests, evaluated without taking anything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rules_svc.domain.decision import Decision
from rules_svc.domain.errors import ArticleNotFound
from rules_svc.domain.evaluate import evaluate, limit_keys
from rules_svc.domain.limits import Balances
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts, Mode, Request
from rules_svc.domain.standing import Standing, standings


@dataclass(frozen=True, slots=True)
class Quote:
    """What each mode would give, and how the person stands in the limits that it touches."""

    plan: Plan
    article: str
    decisions: dict[Mode, Decision]
    standings: list[Standing]


def hypothetical(plan: Plan, request: Request) -> Request:
    """Return the request as a question, under the article asked for or the one whose tariff has all the codes.

    Raises: ArticleNotFound.
    """
    article = request.article
    if not article:
        codes = {item.code for item in request.items}
        article = next((one.article for one in plan.benefits.values() if codes <= one.rows.keys()), "with these codes")
    if article not in plan.benefits:
        raise ArticleNotFound(f"the plan has no article {article}")
    return replace(request, article=article, hypothetical=True)


def in_modes(plan: Plan, request: Request, modes: Sequence[Mode]) -> dict[Mode, Request]:
    """Ask in each of the modes that the article has."""
    terms = plan.benefits[request.article].terms
    return {mode: replace(request, mode=mode) for mode in modes if mode in terms}


def touched(plan: Plan, requests: Iterable[Request], facts: Facts) -> list[str]:
    """Return the limits that requests could take from."""
    return sorted({key.limit_id for one in requests for key in limit_keys(plan, one, facts)})


def quote(plan: Plan, request: Request, modes: Sequence[Mode], facts: Facts, balances: Balances) -> Quote:
    """Evaluate in each mode, side by side, with the standing in the limits touched."""
    asked = in_modes(plan, request, modes)
    decisions = {mode: evaluate(plan, one, facts, balances) for mode, one in asked.items()}
    found: list[Standing] = []
    for limit_id in touched(plan, asked.values(), facts):
        found += standings(plan.limits[limit_id], plan.ceilings[limit_id], request.expense_date, balances)
    return Quote(plan, request.article, decisions, found)
