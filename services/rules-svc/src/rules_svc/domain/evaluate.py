"""The one adjudication pipeline: from a request to an explained decision.

Redirect → filing deadline → eligibility → exclusions → evidence → eligible expense → rate → item, unit or tariff limit
→ limits → beneficiary share → one rounding → payable. Pure: no clock, no database, no float.
"""

from collections.abc import Iterable, Sequence

from rules_svc.domain.amounts import Due, Line, due_of
from rules_svc.domain.case import Case
from rules_svc.domain.currency import EURO, minor_digits
from rules_svc.domain.decision import Decision, LimitKey, Missing, Outcome, Reason, Step, new_decision, new_step
from rules_svc.domain.expense import (
    MAX_SPREAD_LINES,
    Routed,
    deductions,
    eligible_lines,
    items_exceed_total,
    spread_lowest,
)
from rules_svc.domain.findings import Findings, check_membership, check_rules, check_terms, share_of
from rules_svc.domain.limits import Balances, Residuals, keys_of
from rules_svc.domain.plan import Benefit, Citation, Plan, ShareBand, Told
from rules_svc.domain.request import MODES, Facts, Mode, Request

_WHOLE = 10_000
# Built once for all decisions, like the plan's own: see `Told`.
_ASKED: dict[Mode, Told] = {mode: {"mode": mode} for mode in MODES}
EMPTYING = frozenset(
    {
        "stamp_duty",
        "other_cover",
        "borne_by_others",
        "ineligible_item",
        "limit_amount",
        "limit_count",
        "count_limit",
        "code_not_listed",
        "code_only_with",
        "code_not_with",
    }
)


def evaluate(plan: Plan, request: Request, facts: Facts, limits: Balances) -> Decision:
    """Decide a request under one plan version.

    Shapes: `limits` maps (limit id, window key) to the balance before; an absent pair is an untouched window.
    Units: cents; the payable amount is rounded half up once, at the end (reading A73).
    """
    case = Case(plan, request, facts)
    findings = Findings()
    amount = request.amount_cents
    findings.steps.append(new_step(("requested", request.article, amount, amount, told_of(request))))
    if request.currency != EURO:
        _tell_currency(case, findings)
    routed = route_all(case, findings)
    band = _check(case, routed, findings)
    if band is None or findings.denials:
        return _stopped(case, findings)
    if findings.referrals or (findings.missing and not request.hypothetical):
        return _stopped(case, findings)
    return _priced(case, routed, band, findings, limits)


def told_of(request: Request) -> Told:
    """Return what the first step tells: the mode, and the currency of a document that is not in euro."""
    told = _ASKED[request.mode]
    if request.currency == EURO:
        return told
    return {**told, "currency": request.currency, "minor_digits": minor_digits(request)}


def _tell_currency(case: Case, findings: Findings) -> None:
    """Show the total at the official rate of the invoice's day (1.3, reading A35), or ask a person for one."""
    asked, cite = case.asked, case.plan.defaults.currency
    if case.amount_cents is None:
        findings.refer("rate_unknown", cite, currency=asked.currency)
        return
    published = asked.extra.get("units_per_eur")
    rate = f"1/{published}" if published else str(asked.extra["eur_per_unit"])
    told = {"currency": asked.currency, "rate": rate, "rules": cite.rules}
    findings.steps.append(Step("currency", cite.article, asked.amount_cents, case.amount_cents, told))


def without_plan(request: Request) -> Decision:
    """Decide a request whose day no published plan version covers: an officer looks at it (reading A49)."""
    amount = request.amount_cents
    params = {"day": request.expense_date.isoformat(), "rules": ("A49",)}
    return Decision(
        outcome="refer",
        requested_cents=amount,
        payable_cents=0,
        article=request.article,
        steps=(Step("requested", request.article, amount, amount, told_of(request)),),
        reasons=(Reason("no_plan_in_force", request.article, params),),
        review="operator",
    )


def limit_keys(plan: Plan, request: Request, facts: Facts) -> tuple[LimitKey, ...]:
    """Return the limit windows that a request could take from, in the one order in which rows are locked."""
    case = Case(plan, request, facts)
    keys: set[LimitKey] = set()
    for benefit, mode in route_all(case, Findings()):
        if mode not in benefit.terms:
            continue
        ceilings = benefit.terms[mode].ceilings_of(case)
        keys.update(keys_of(ceilings, mode, request.expense_date, request.extra))
        for code in case.shape.codes:
            row = benefit.rows.get(code)
            if row is not None:
                keys.update(keys_of(row.ceilings[mode], mode, request.expense_date, request.extra))
    return tuple(sorted(keys))


def route_all(case: Case, findings: Findings) -> list[Routed]:
    """Find the article and mode that each part of the request falls under, redirects followed."""
    routed: list[Routed] = []
    extra = case.request.extra
    bundled = extra.get("single_total_articles") if extra else None
    for article in bundled or case.shape.articles:
        benefit = case.plan.benefits.get(article)
        if benefit is not None:
            routed.append(_redirected(case, benefit, findings))
        elif bundled:
            cite = case.plan.defaults.bundled
            findings.missing.append(_detailed_invoice(cite))
        else:
            findings.referrals.append(Reason("article_not_in_plan", article, {"rules": ()}))
    return routed


def _detailed_invoice(cite: Citation) -> Missing:
    params = {
        "what_it": "fattura con gli importi delle singole prestazioni",
        "what_en": "invoice with the amount of each service",
        "rules": cite.rules,
    }
    return Missing("detailed_invoice", cite.article, params)


def _redirected(case: Case, benefit: Benefit, findings: Findings) -> Routed:
    mode: Mode = case.request.mode
    left: list[str] = []
    while True:
        for redirect in case.shape.remaining(benefit, case).redirects:
            if redirect.when.test(case):
                break
        else:
            return benefit, mode
        if redirect.to in left:
            # A ticket for a check-up visit with the code of a bite is of 3.4 by one article and of 5.4 by the other.
            findings.refer("articles_send_on", redirect.cite, other=redirect.to)
            return benefit, mode
        left.append(benefit.article)
        mode = redirect.mode or mode
        amount = case.request.amount_cents
        findings.steps.append(new_step(("redirect", redirect.cite.article, amount, amount, redirect.told)))
        benefit = case.plan.benefits[redirect.to]


def _check(case: Case, routed: Sequence[Routed], findings: Findings) -> ShareBand | None:
    if not routed:
        return share_of(case, None, findings)
    check_terms(case, routed[0][0], findings)
    check_membership(case, routed[0][0], findings)
    for benefit, mode in routed if len(routed) == 1 else _each_once(routed):
        check_rules(case, benefit, findings)
        if mode not in benefit.terms:
            findings.deny("mode_not_offered", benefit.cite, mode=mode, offered=tuple(benefit.terms))
        elif benefit.grants and not findings.referrals and benefit.grant_of(case) is None:
            findings.deny("no_amount", benefit.cite)
        if benefit.review is not None:
            findings.refer("discretionary", benefit.cite, benefit.review)
    _check_sums(case, findings)
    return share_of(case, routed[0][0], findings)


def _each_once(routed: Sequence[Routed]) -> Iterable[Routed]:
    first: dict[str, Routed] = {}
    for one in routed:
        first.setdefault(one[0].article, one)
    return first.values()


def _check_sums(case: Case, findings: Findings) -> None:
    request = case.asked
    if request.items and items_exceed_total(request.items, request.amount_cents):
        findings.refer("items_exceed_total", case.plan.defaults.bundled)


def _stopped(case: Case, findings: Findings) -> Decision:
    outcome: Outcome = "refer"
    reasons = findings.referrals
    if findings.denials:
        outcome, reasons = "deny", findings.denials
    elif findings.missing:
        outcome = "pend"
    return Decision(
        outcome=outcome,
        requested_cents=case.asked.amount_cents,
        payable_cents=0,
        article=case.request.article,
        steps=tuple(findings.steps),
        reasons=tuple(reasons),
        missing=tuple(findings.missing) if outcome == "pend" else (),
        review=findings.review if outcome == "refer" else None,
    )


def _priced(case: Case, routed: Sequence[Routed], band: ShareBand, findings: Findings, balances: Balances) -> Decision:
    request, extra = case.request, case.request.extra
    if extra and extra.get("single_total_articles"):
        routed = [_lowest(case, routed, balances)]
        cite, amount = case.plan.defaults.bundled, request.amount_cents
        params = {"lowest": routed[0][0].article, "rules": cite.rules}
        findings.steps.append(Step("bundled_lowest", cite.article, amount, amount, params))
    lines = eligible_lines(case, routed, findings)
    deduction = deductions(case, lines, findings.steps)
    if deduction:
        if len(lines) > MAX_SPREAD_LINES:
            findings.refer("refund_unsplit", case.plan.defaults.unsplit_refund)
            return _stopped(case, findings)
        if len(lines) > 1:
            _note_spread(case, lines, deduction, findings)
        lines = spread_lowest(case, lines, deduction, balances)
    residuals = Residuals(balances, request.expense_date, extra)
    due = due_of(case, lines, residuals, findings.steps)
    return _decided(case, lines, due, band, findings, residuals)


def _note_spread(case: Case, lines: Sequence[Line], deduction: int, findings: Findings) -> None:
    cite = case.plan.defaults.unsplit_refund
    after = sum(line.amount_cents for line in lines) - deduction
    findings.steps.append(
        Step("refund_unsplit", cite.article, after, after, {"deducted_cents": deduction, "rules": cite.rules})
    )


def _lowest(case: Case, routed: Sequence[Routed], balances: Balances) -> Routed:
    """Choose the article that gives least for the whole total; of equals, the lower number (reading A13)."""

    def benefit_of(candidate: Routed) -> tuple[int, int, tuple[int, ...]]:
        quiet = Findings()
        lines = eligible_lines(case, [candidate], quiet)
        lines = spread_lowest(case, lines, deductions(case, lines, quiet.steps), balances)
        residuals = Residuals(balances, case.request.expense_date, case.request.extra)
        numerator, scale = due_of(case, lines, residuals, None)
        order = tuple(int(part) for part in candidate[0].article.split("."))
        return numerator // scale, numerator % scale, order

    return min(routed, key=benefit_of)


def _decided(
    case: Case, lines: Sequence[Line], due: Due, band: ShareBand, findings: Findings, residuals: Residuals
) -> Decision:
    steps = findings.steps
    payable = _shared(case, due, band, steps)
    article = lines[0].benefit.article if lines else case.request.article
    steps.append(new_step(("payable", article, payable, payable, case.plan.defaults.rounding.told)))
    if payable == 0:
        findings.denials.append(_nothing_left(case, lines, residuals, steps))
        return _stopped(case, findings)
    missing, requested = tuple(findings.missing), case.asked.amount_cents
    return new_decision(("pay", requested, payable, article, tuple(steps), (), missing, residuals.postings(), None))


def _shared(case: Case, due: Due, band: ShareBand, steps: list[Step]) -> int:
    """Take the beneficiary's share and round, the only time, half up to the cent (reading A73)."""
    numerator, scale = due[0] * band.share_bps, due[1] * _WHOLE
    # Half up, written out: amounts are never negative here.
    payable = numerator // scale
    rest = numerator - payable * scale
    payable += 2 * rest >= scale
    if case.facts.beneficiary.relation != "member":
        told = {**band.told, "exact": (numerator, scale)} if rest else band.told
        before = (2 * due[0] + due[1]) // (2 * due[1])
        steps.append(new_step(("share", band.cite.article, before, payable, told)))
    return payable


def _nothing_left(case: Case, lines: Sequence[Line], residuals: Residuals, steps: Sequence[Step]) -> Reason:
    """Name the last step that brought the amount to zero as the reason; of a limit, also when it is free again."""
    for step in reversed(steps):
        if step.after_cents == 0 < step.before_cents and step.code in EMPTYING:
            params = step.params
            if "limit" in params:
                ceiling = params["ceiling_cents"] if step.code == "limit_amount" else params["ceiling"]
                free_on = residuals.free_again(case.plan.limits[params["limit"]], ceiling, lines[0].mode)
                params = (
                    {**params, "free_on": free_on.isoformat()} if free_on else {**params, "remedy": "limit_for_life"}
                )
            return Reason(f"nothing_left_{step.code}", step.article, params)
    article = lines[0].benefit.article if lines else case.request.article
    return Reason("nothing_left", article, {"rules": case.plan.defaults.other_cover.rules})
