"""From the eligible expense to the benefit on the 100 % basis, in exact fractions of a cent."""

from collections.abc import Sequence
from math import lcm
from typing import Any, NamedTuple

from kit.money import round_half_up
from rules_svc.domain.case import Case, fact
from rules_svc.domain.decision import Step, new_step
from rules_svc.domain.limits import Residuals
from rules_svc.domain.plan import Benefit, Ceiling, Citation, Grant, TariffRow, Terms, Told
from rules_svc.domain.request import Mode

RATE_SCALE = 10_000


class Line(NamedTuple):
    """A part of the expense that one article pays; the amount is the total for the quantity, in euro cents."""

    benefit: Benefit
    mode: Mode
    amount_cents: int
    quantity: int
    code: str | None


class Due(NamedTuple):
    """An exact amount: `numerator / scale` cents."""

    numerator: int
    scale: int


class Account:
    """The running calculation of one decision: residual limits and, when an explanation is wanted, its steps."""

    __slots__ = ("case", "residuals", "scale", "steps")

    def __init__(self, case: Case, residuals: Residuals, scale: int, steps: list[Step] | None) -> None:
        self.case = case
        self.residuals = residuals
        self.scale = scale
        self.steps = steps

    def step(self, code: str, cite: Citation, before: int, after: int, told: Told) -> None:
        """Add a step between two exact amounts; `told` may be shared by many decisions."""
        if self.steps is not None:
            scale = self.scale
            double = 2 * scale
            if after % scale:
                told = {**told, "exact": (after, scale)}
            # Half up, written out: amounts are never negative here, and this runs for every step.
            before_cents, after_cents = (2 * before + scale) // double, (2 * after + scale) // double
            self.steps.append(new_step((code, cite.article, before_cents, after_cents, told)))

    def limit_step(self, ceiling: Ceiling, left: int, before: int, after: int) -> None:
        """Add the step of a limit, in cents or in units."""
        if ceiling.limit.measure == "amount":
            self.step("limit_amount", ceiling.cite, before, after, {**ceiling.told, "left_cents": left})
        else:
            self.step("limit_count", ceiling.cite, before, after, {**ceiling.told, "left": left})


def due_of(case: Case, lines: Sequence[Line], residuals: Residuals, steps: list[Step] | None) -> Due:
    """Work out what the articles give for the lines: rate or tariff, item caps, then limits; no share, no rounding."""
    if len(lines) == 1:
        scale = RATE_SCALE * lines[0].quantity if lines[0].benefit.rows else RATE_SCALE
        return Due(_due_of_group(Account(case, residuals, scale, steps), lines), scale)
    scale = RATE_SCALE * lcm(*[line.quantity for line in lines if line.benefit.rows])
    account = Account(case, residuals, scale, steps)
    if len({line.benefit.article for line in lines}) == 1:
        return Due(_due_of_group(account, lines), scale)
    total = 0
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.benefit.article, []).append(line)
    for group in groups.values():
        total += _due_of_group(account, group)
    return Due(total, scale)


def _due_of_group(account: Account, lines: Sequence[Line]) -> int:
    benefit, mode = lines[0].benefit, lines[0].mode
    terms = benefit.terms[mode]
    if benefit.rows:
        gross = _by_tariff(account, lines)
    elif benefit.grants:
        gross = _by_grant(account, lines, benefit)
    else:
        gross = _by_rate(account, lines, terms)
    ceilings = terms.ceilings_of(account.case) if terms.conditional else terms.ceilings
    return _within_limits(account, ceilings, lines, gross) if ceilings else gross


def _by_grant(account: Account, lines: Sequence[Line], benefit: Benefit) -> int:
    grant = benefit.grant_of(account.case)
    if grant is None:
        return 0
    if grant.rate_bps is not None:
        terms = Terms(lines[0].mode, grant.rate_bps, grant.item_cap_cents, (), grant.cite)
        return _by_rate(account, lines, terms)
    scale, total = account.scale, _set_amount(account.case, grant)
    account.step("grant", grant.cite, 0, total * scale, {"each_cents": grant.each_cents, "rules": grant.cite.rules})
    if grant.instalments == 1:
        return total * scale
    part = total // grant.instalments
    number = account.case.request.extra.get("instalment", 1)
    told = {"number": number, "of": grant.instalments, "rules": grant.cite.rules}
    account.step("instalment", grant.cite, total * scale, part * scale, told)
    return part * scale


def _set_amount(case: Case, grant: Grant) -> int:
    def added(names: tuple[str, ...]) -> int:
        return sum(whole(fact(name)(case)) for name in names)

    units = max(0, added(grant.counted) - added(grant.not_counted)) if grant.each_cents else 0
    return max(0, grant.amount_cents + grant.each_cents * units + added(grant.plus) - added(grant.minus))


def whole(value: Any) -> int:
    """Read a whole number of a request's extra facts, also one written as text; 0 where it is none."""
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0


def _by_rate(account: Account, lines: Sequence[Line], terms: Terms) -> int:
    scale, cap, rate = account.scale, terms.item_cap_cents, terms.rate_bps
    base = gross = capped = 0
    for _, _, cents, quantity, _ in lines:
        amount = cents * rate * (scale // RATE_SCALE)
        base += cents
        gross += amount
        capped += amount if cap is None or amount <= cap * quantity * scale else cap * quantity * scale
    account.step("rate", terms.cite, base * scale, gross, terms.told)
    if capped < gross:
        account.step("item_cap", terms.cite, gross, capped, terms.told_cap)
    return capped


def _by_tariff(account: Account, lines: Sequence[Line]) -> int:
    """Pay each unit the lower of its tariff and the mode's percentage of its amount (readings A25, A24)."""
    total = 0
    for line in lines:
        row = line.benefit.rows.get(line.code or "")
        if row is None:
            told = {"item": line.code, "rules": line.benefit.cite.rules}
            account.step("code_not_listed", line.benefit.cite, line.amount_cents * account.scale, 0, told)
        elif (row.only_with or row.not_with) and (other := _forbidden(account.case, row)) is not None:
            told = {"item": row.code, "rules": row.cite.rules}
            account.step(other, row.cite, line.amount_cents * account.scale, 0, told)
        else:
            total += _units(account, line, row)
    return total


def _forbidden(case: Case, row: TariffRow) -> str | None:
    if row.only_with and row.only_with.isdisjoint(case.codes):
        return "code_only_with"
    return None if row.not_with.isdisjoint(case.codes) else "code_not_with"


def _units(account: Account, line: Line, row: TariffRow) -> int:
    mode, scale, quantity, units = line.mode, account.scale, line.quantity, line.quantity
    terms, tariff, residuals = line.benefit.terms[mode], row.amount_cents[mode], account.residuals
    limits = [(ceiling, residuals.windows(ceiling, mode)) for ceiling in row.ceilings[mode]]
    for ceiling, windows in limits:
        left = residuals.left(ceiling, windows)
        if left < units:
            _tell_units(account, line, row, ceiling, left)
            units = left
    # The scale holds every quantity as a factor, so a unit's share of the line stays a whole number.
    percentage = line.amount_cents * terms.rate_bps * (scale // RATE_SCALE) // quantity
    above = row.caps and percentage > tariff * scale
    paid = (tariff * scale if above else percentage) * units
    if units:
        code = "tariff" if above else "tariff_rate" if row.caps else "tariff_open"
        rules = row.cite.rules
        told = {"item": row.code, "tariff_cents": tariff, "rate_bps": terms.rate_bps, "units": units, "rules": rules}
        account.step(code, row.cite, line.amount_cents * scale, paid, told)
    for _, windows in limits:
        residuals.take(windows, units)
    return paid


def _tell_units(account: Account, line: Line, row: TariffRow, ceiling: Ceiling, left: int) -> None:
    amount = line.amount_cents * account.scale
    told = {"item": row.code, "limit": ceiling.limit.id, "left": left, "ceiling": ceiling.amount}
    told |= {"units": line.quantity, "rules": row.cite.rules}
    account.step("count_limit", row.cite, amount, amount * left // line.quantity, told)


def _within_limits(account: Account, ceilings: tuple[Ceiling, ...], lines: Sequence[Line], gross: int) -> int:
    amount, mode, residuals = gross, lines[0].mode, account.residuals
    units, bound = lines[0].quantity, []
    for ceiling in ceilings:
        windows = residuals.windows(ceiling, mode)
        if not windows:
            continue
        left, before, measure = residuals.left(ceiling, windows), amount, ceiling.limit.measure
        if measure == "amount":
            amount = min(amount, left * account.scale)
        elif not left:
            amount = 0
        elif measure == "units" and left < units:
            amount, units = amount * left // units, left
        bound.append((measure, windows))
        account.limit_step(ceiling, left, before, amount)
    if amount:
        for measure, windows in bound:
            taken = round_half_up(amount, account.scale) if measure == "amount" else 1 if measure == "count" else units
            residuals.take(windows, taken)
    return amount
