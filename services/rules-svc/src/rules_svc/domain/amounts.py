"""From the eligible expense to the benefit on the 100 % basis, in exact fractions of a cent."""

from collections.abc import Callable, Sequence
from functools import partial
from math import lcm
from typing import Any, NamedTuple, TypeAlias

from rules_svc.domain.case import Case, fact
from rules_svc.domain.decision import Step, new_step
from rules_svc.domain.limits import Residuals
from rules_svc.domain.plan import Benefit, Ceiling, Citation, Grant, TariffRow, Terms, Told
from rules_svc.domain.request import Mode

RATE_SCALE = 10_000

# An exact amount: (numerator, scale), which is numerator / scale cents.
Due: TypeAlias = tuple[int, int]


class Line(NamedTuple):
    """A part of the expense that one article pays; the amount is the total for the quantity, in euro cents."""

    benefit: Benefit
    mode: Mode
    amount_cents: int
    quantity: int
    code: str | None


# As `new_step`: every decision makes lines.
new_line: Callable[[tuple[Benefit, Mode, int, int, str | None]], Line] = partial(tuple.__new__, Line)


class Account:
    """The running calculation of one decision: residual limits and, when an explanation is wanted, its steps."""

    __slots__ = ("case", "residuals", "scale", "steps")

    def __init__(self, case: Case, residuals: Residuals, scale: int, steps: list[Step] | None) -> None:
        self.case = case
        self.residuals = residuals
        self.scale = scale
        self.steps = steps

    def cents(self, amount: int) -> int:
        """Round an exact amount half up; written out, because amounts are never negative here."""
        return (2 * amount + self.scale) // (2 * self.scale)

    def step(self, code: str, cite: Citation, before_cents: int, after: int, told: Told) -> int:
        """Add a step to an exact amount, and return that in whole cents; `told` may be shared by many decisions."""
        scale = self.scale
        after_cents = after // scale
        rest = after - after_cents * scale
        if rest:
            told = {**told, "exact": (after, scale)}
            after_cents += 2 * rest >= scale
        if self.steps is not None:
            self.steps.append(new_step((code, cite.article, before_cents, after_cents, told)))
        return after_cents

    def limit_step(self, ceiling: Ceiling, left: int, before_cents: int, after: int) -> int:
        """Add the step of a limit, in cents or in units, and return its amount in whole cents."""
        told = ceiling.told.copy()
        told[ceiling.left] = left
        return self.step(ceiling.code, ceiling.cite, before_cents, after, told)


def due_of(case: Case, lines: Sequence[Line], residuals: Residuals, steps: list[Step] | None) -> Due:
    """Work out what the articles give for the lines: rate or tariff, item caps, then limits; no share, no rounding."""
    if not lines:
        return 0, 1
    first, scale, mixed = lines[0].benefit, RATE_SCALE, False
    for benefit, _, _, quantity, _ in lines:
        mixed = mixed or benefit is not first
        # Every quantity is a factor of the scale, so that a unit's share of its line stays a whole number.
        if quantity > 1 and benefit.rows:
            scale = lcm(scale, RATE_SCALE * quantity)
    account = Account(case, residuals, scale, steps)
    if not mixed:
        return _due_of_group(account, lines), scale
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.benefit.article, []).append(line)
    return sum([_due_of_group(account, group) for group in groups.values()]), scale


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
    told = {"each_cents": grant.each_cents, "rules": grant.cite.rules}
    account.step("grant", grant.cite, 0, total * scale, told)
    if grant.instalments == 1:
        return total * scale
    part = total // grant.instalments
    number = account.case.request.extra.get("instalment", 1)
    told = {"number": number, "of": grant.instalments, "rules": grant.cite.rules}
    account.step("instalment", grant.cite, total, part * scale, told)
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
    a_cent = rate * (scale // RATE_SCALE)
    base = capped = 0
    for _, _, cents, quantity, _ in lines:
        amount = cents * a_cent
        base += cents
        capped += amount if cap is None or amount <= cap * quantity * scale else cap * quantity * scale
    gross = base * a_cent
    gross_cents = account.step("rate", terms.cite, base, gross, terms.told)
    if capped < gross:
        account.step("item_cap", terms.cite, gross_cents, capped, terms.told_cap)
    return capped


def _by_tariff(account: Account, lines: Sequence[Line]) -> int:
    """Pay each unit the lower of its tariff and the mode's percentage of its amount (readings A25, A24)."""
    total = 0
    for line in lines:
        row = line.benefit.rows.get(line.code or "")
        if row is None:
            cite = line.benefit.cite
            account.step("code_not_listed", cite, line.amount_cents, 0, {"item": line.code, "rules": cite.rules})
        elif (row.only_with or row.not_with) and (other := _forbidden(account.case, row)) is not None:
            account.step(other, row.cite, line.amount_cents, 0, {"item": row.code, "rules": row.cite.rules})
        else:
            total += _units(account, line, row)
    return total


def _forbidden(case: Case, row: TariffRow) -> str | None:
    codes = case.shape.codes
    if row.only_with and row.only_with.isdisjoint(codes):
        return "code_only_with"
    return None if row.not_with.isdisjoint(codes) else "code_not_with"


def _units(account: Account, line: Line, row: TariffRow) -> int:
    benefit, mode, cents, quantity, _ = line
    scale, residuals, units, taken_from = account.scale, account.residuals, quantity, []
    for ceiling in row.ceilings[mode]:
        windows = residuals.windows(ceiling, mode)
        left = residuals.left(ceiling, windows)
        if left < units:
            _tell_units(account, line, row, ceiling, left)
            units = left
        taken_from.append(windows)
    tariff = row.amount_cents[mode] * scale
    paid = cents * benefit.terms[mode].rate_bps * (scale // RATE_SCALE) // quantity
    above = row.caps and paid > tariff
    if above:
        paid = tariff
    if units:
        told = row.told[mode]
        if units != 1:
            told = {**told, "units": units}
        code = "tariff" if above else "tariff_rate" if row.caps else "tariff_open"
        account.step(code, row.cite, cents, paid * units, told)
        for windows in taken_from:
            residuals.take(windows, units)
    return paid * units


def _tell_units(account: Account, line: Line, row: TariffRow, ceiling: Ceiling, left: int) -> None:
    told = {"item": row.code, "limit": ceiling.limit.id, "left": left, "ceiling": ceiling.amount}
    told |= {"units": line.quantity, "rules": row.cite.rules}
    after = line.amount_cents * account.scale * left // line.quantity
    account.step("count_limit", row.cite, line.amount_cents, after, told)


def _within_limits(account: Account, ceilings: tuple[Ceiling, ...], lines: Sequence[Line], gross: int) -> int:
    amount, mode, residuals = gross, lines[0].mode, account.residuals
    cents, units, bound = account.cents(gross), lines[0].quantity, []
    for ceiling in ceilings:
        windows = residuals.windows(ceiling, mode)
        if not windows:
            continue
        left, measure = residuals.left(ceiling, windows), ceiling.limit.measure
        if measure == "amount":
            amount = min(amount, left * account.scale)
        elif not left:
            amount = 0
        elif measure == "units" and left < units:
            amount, units = amount * left // units, left
        bound.append((measure, windows))
        cents = account.limit_step(ceiling, left, cents, amount)
    if amount:
        for measure, windows in bound:
            residuals.take(windows, cents if measure == "amount" else 1 if measure == "count" else units)
    return amount
