"""From the requested amount to the lines of the eligible expense: other articles, deductions (1.3)."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

from rules_svc.domain.amounts import Line, due_of, new_line, whole
from rules_svc.domain.case import Case
from rules_svc.domain.decision import Step
from rules_svc.domain.findings import Findings
from rules_svc.domain.limits import Balances, Residuals
from rules_svc.domain.plan import Benefit, Deduction
from rules_svc.domain.request import Item, Mode

MAX_SPREAD_LINES = 6

Routed = tuple[Benefit, Mode]


def eligible_lines(case: Case, routed: Sequence[Routed], findings: Findings) -> list[Line]:
    """Split the expense into lines in euro cents, without the items that the plan leaves out."""
    request = case.request
    total = request.amount_cents
    bundled = request.extra.get("single_total_articles")
    if bundled or not request.items:
        benefit, mode = routed[0]
        return [new_line((benefit, mode, total, 1 if bundled else request.quantity, None))]
    lines: list[Line] = []
    places = routed if len(routed) > 1 else list(routed) * len(request.items)
    for (benefit, mode), item in zip(places, request.items, strict=False):
        code, cents, left_out_codes = item.code, item.amount_cents, case.shape.remaining(benefit, case).left_out
        if code not in left_out_codes:
            lines.append(new_line((benefit, mode, cents, item.quantity, code)))
        else:
            left_out = left_out_codes[code]
            # "*" in the plan: the exclusion stands in the very article that pays the other lines.
            cite = benefit.cite if left_out.article == "*" else left_out
            params: dict[str, Any] = {"item": code, "rules": left_out.rules}
            findings.steps.append(Step("ineligible_item", cite.article, total, total - cents, params))
            total -= cents
    return lines


def deductions(case: Case, lines: Sequence[Line], steps: list[Step]) -> int:
    """Return what comes off: stamp duty in the lines (1.3, reading A34), the other fund's refund (A14)."""
    request, defaults = case.request, case.plan.defaults
    borne = _borne_by_others(case, lines) if lines and lines[0].benefit.deductions else []
    if not request.stamp_duty_cents and not request.other_fund_refund_cents and not borne:
        return 0
    total = sum(line.amount_cents for line in lines)
    outside = request.amount_cents - sum(item.amount_cents for item in request.items) if request.items else 0
    stamp = min(max(request.stamp_duty_cents - outside, 0), total)
    refund = min(request.other_fund_refund_cents, total - stamp)
    after = total
    for code, cents, cite in (
        ("stamp_duty", stamp, defaults.stamp_duty),
        ("other_cover", refund, defaults.other_cover),
    ):
        if cents:
            before, after = after, after - cents
            steps.append(Step(code, cite.article, before, after, {"deducted_cents": cents, "rules": cite.rules}))
    for cents, deduction in borne:
        before, after = after, max(0, after - cents)
        told = {"deducted_cents": before - after, "what_it": deduction.text.it, "what_en": deduction.text.en}
        steps.append(
            Step("borne_by_others", deduction.cite.article, before, after, told | {"rules": deduction.cite.rules})
        )
    return total - after


def _borne_by_others(case: Case, lines: Sequence[Line]) -> list[tuple[int, Deduction]]:
    given = [(whole(case.request.extra.get(one.name)), one) for one in lines[0].benefit.deductions]
    return [(cents, one) for cents, one in given if cents > 0]


def _fill(lines: Sequence[Line], order: Sequence[int], deduction: int) -> list[Line]:
    left = deduction
    result = list(lines)
    for index in order:
        taken = min(left, lines[index].amount_cents)
        left -= taken
        result[index] = lines[index]._replace(amount_cents=lines[index].amount_cents - taken)
    return [line for line in result if line.amount_cents]


def spread_lowest(case: Case, lines: list[Line], deduction: int, balances: Balances) -> list[Line]:
    """Take an unsplit deduction off the lines in the order that gives the lowest benefit.

    The benefit of a line is concave in its amount, so the lowest lies where lines are emptied one after the other
    (reading A15 of FNM-1.3-R16); every order is tried.
    """
    if not deduction:
        return lines
    if len(lines) == 1:
        return _fill(lines, (0,), deduction)
    best: tuple[int, list[Line]] | None = None
    for order in permutations(range(len(lines))):
        candidate = _fill(lines, order, deduction)
        residuals = Residuals(balances, case.request.expense_date, case.request.extra)
        numerator, scale = due_of(case, candidate, residuals, None)
        # Orders are compared on one scale: a line that is emptied may take its quantity out of the scale.
        value = numerator * 1_000_000_000_000 // scale
        if best is None or value < best[0]:
            best = (value, candidate)
    return best[1] if best else []


def items_exceed_total(items: Sequence[Item], amount_cents: int) -> bool:
    """Say whether the lines claim more than the document's total."""
    for item in items:
        amount_cents -= item.amount_cents
    return amount_cents < 0
