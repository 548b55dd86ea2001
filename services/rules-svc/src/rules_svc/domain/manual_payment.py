"""A payment that a person grants on a referred claim: what it takes from the limits, and whether they hold it."""

from collections.abc import Sequence
from typing import NamedTuple

from kit.money import round_half_up
from rules_svc.domain.amounts import Account
from rules_svc.domain.case import Case
from rules_svc.domain.decision import Decision, Reason, Step
from rules_svc.domain.evaluate import route_all, told_of
from rules_svc.domain.expense import Routed
from rules_svc.domain.findings import Findings, share_of
from rules_svc.domain.limits import Balances, Residuals
from rules_svc.domain.plan import Ceiling, Plan
from rules_svc.domain.request import Facts, Request

_WHOLE = 10_000


class Part(NamedTuple):
    """What of the granted amount falls to one article; `cents` is payable, after the beneficiary's share."""

    routed: Routed
    cents: int
    quantity: int


def grant_by_hand(
    plan: Plan | None, request: Request, facts: Facts, limits: Balances, payable_cents: int, *, further: bool = False
) -> Decision:
    """Count a granted payment against every limit that the rules would have taken from.

    On the 100 % basis (reading A1) it is the payable amount over the beneficiary's share. Where one limit leaves less,
    nothing is taken: the outcome is `deny`, and each reason names a limit and the most that it still holds. What is
    granted `further` on a paid request takes amounts alone: its units and its count were taken with the request.
    """
    asked = request.amount_cents
    steps = [Step("requested", request.article, asked, asked, told_of(request))]
    steps.append(Step("granted_by_hand", request.article, asked, payable_cents, {"rules": ()}))
    reasons: list[Reason] = []
    residuals = Residuals(limits, request.expense_date, request.extra)
    if plan is not None:
        case = Case(plan, request, facts)
        reasons = _refusals(Account(case, residuals, 1, steps), _parts(case, payable_cents), further=further)
    if reasons:
        return Decision("deny", asked, 0, request.article, tuple(steps), tuple(reasons))
    steps.append(Step("payable", request.article, payable_cents, payable_cents, {"rules": ()}))
    return Decision("pay", asked, payable_cents, request.article, tuple(steps), postings=residuals.postings())


def _refusals(account: Account, parts: Sequence[Part], *, further: bool) -> list[Reason]:
    """Take every part from its limits; return why those that hold too little refuse."""
    case, reasons = account.case, list[Reason]()
    for part in parts:
        band = share_of(case, part.routed[0], Findings())
        share = band.share_bps if band is not None and band.share_bps else _WHOLE
        for ceiling, units in _ceilings(case, part):
            if not further or ceiling.limit.measure == "amount":
                reasons += _taken(account, part, ceiling, units, share)
    return reasons


def _parts(case: Case, payable_cents: int) -> list[Part]:
    """Split the amount over the articles of the request by the lines' amounts; the last one takes the rest."""
    request, routed = case.request, route_all(case, Findings())
    if len(routed) == 1 or len(routed) != len(request.items):
        return [Part(one, payable_cents, request.quantity) for one in routed[:1]]
    weights: dict[str, list[int]] = {}
    by_article: dict[str, Routed] = {}
    for one, item in zip(routed, request.items, strict=True):
        article = one[0].article
        by_article.setdefault(article, one)
        weight = weights.setdefault(article, [0, item.quantity])
        weight[0] += item.amount_cents
    return list(_weighted(by_article, weights, payable_cents))


def _weighted(by_article: dict[str, Routed], weights: dict[str, list[int]], payable_cents: int) -> Sequence[Part]:
    total, left = sum(amount for amount, _ in weights.values()), payable_cents
    parts = []
    for number, (article, routed) in enumerate(by_article.items(), start=1):
        amount, quantity = weights[article]
        cents = left if number == len(by_article) else payable_cents * amount // (total or 1)
        left -= cents
        parts.append(Part(routed, cents, quantity))
    return parts


def _ceilings(case: Case, part: Part) -> list[tuple[Ceiling, int]]:
    """Return the limits of the part's article and of its tariff codes, with the units that each would count."""
    benefit, mode = part.routed
    if mode not in benefit.terms:
        return []
    found = [(ceiling, part.quantity) for ceiling in benefit.terms[mode].ceilings_of(case)]
    for item in case.request.items:
        row = benefit.rows.get(item.code or "")
        if row is not None:
            found += [(ceiling, item.quantity) for ceiling in row.ceilings[mode]]
    return found


def _taken(account: Account, part: Part, ceiling: Ceiling, quantity: int, share_bps: int) -> list[Reason]:
    mode, limit = part.routed[1], ceiling.limit
    windows = account.residuals.windows(ceiling, mode)
    if not windows:
        return []
    left = account.residuals.left(ceiling, windows)
    told = {"limit": limit.id, "what_it": limit.title.it, "what_en": limit.title.en, "rules": ceiling.cite.rules}
    if limit.measure == "amount":
        most = round_half_up(left * share_bps, _WHOLE)
        if part.cents > most:
            given = {"ceiling_cents": ceiling.amount, "most_cents": most}
            return [Reason("grant_over_limit", ceiling.cite.article, told | given)]
        taken = min(left, round_half_up(part.cents * _WHOLE, share_bps))
    else:
        taken = quantity if limit.measure == "units" else 1
        if left < taken:
            return [Reason("grant_over_count", ceiling.cite.article, told | {"ceiling": ceiling.amount, "left": left})]
    account.limit_step(ceiling, left, part.cents, part.cents)
    account.residuals.take(windows, taken)
    return []
