"""Decide a whole population by columns: the engine says once for each kind of claim what applies, arrays do the rest.

Every amount and outcome equals the engine's (a test compares them row by row); the engine's is the official figure. A
person with any claim that the columns cannot express is left to the engine, with all their claims.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from rules_svc.adapters.claim_table import NEVER, Bools, ClaimTable, Ints
from rules_svc.adapters.columnar_limits import Taken, within_limits
from rules_svc.adapters.plan_checks import facts_read
from rules_svc.adapters.plan_schema import PlanFile
from rules_svc.domain.case import Case
from rules_svc.domain.decision import Outcome
from rules_svc.domain.evaluate import evaluate, route_all
from rules_svc.domain.findings import Findings, share_of
from rules_svc.domain.plan import Ceiling, Plan, Terms
from rules_svc.domain.request import Mode
from rules_svc.domain.simulation import Books, SimulatedClaim

OUTCOMES: tuple[Outcome, ...] = ("pay", "deny", "pend", "refer")
SCALE = 10_000
_OPEN = np.int64(1) << 40
# What a condition may not read where the columns decide: it differs from claim to claim within a kind.
_RAW = frozenset(
    {
        "amount_cents",
        "expense_date",
        "received_on",
        "enrolled_on",
        "hired_on",
        "left_on",
        "birth_date",
        "age_in_year",
        "quantity",
    }
)
# A kind is tried with an amount that no rounding brings to nothing.
_TRIED_CENTS = 1_000_000
_AGES = 160


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision on each claim, in order.

    Shapes: `outcome` and `article` are places in OUTCOMES and `articles`. Units: cents.
    """

    outcome: Ints
    payable: Ints
    article: Ints
    articles: list[str]
    by_engine: int


class Kind(NamedTuple):
    """What applies to claims of one kind; the amounts are paid only where the outcome is to pay."""

    outcome: Outcome
    article: str
    mode: Mode
    rate_bps: int = 0
    cap_cents: int = int(_OPEN)
    share_bps: int = 0
    ceilings: tuple[Ceiling, ...] = ()
    columns: bool = True


def decide_all(plan: Plan, file: PlanFile, table: ClaimTable) -> Decided:
    """Decide every claim of a population under one plan, limits and all, in order of receipt."""
    kind, first = _kinds(plan, file, table)
    safe = _safe_articles(plan, file)
    kinds = [_kind_of(plan, table.claims[index], safe) for index in first]
    alone = _persons_for_the_engine(table, kind, kinds)
    outcome = np.array([OUTCOMES.index(one.outcome) for one in kinds], dtype=np.int64)[kind]
    due = np.minimum(
        table.amount * np.array([one.rate_bps for one in kinds])[kind],
        np.array([one.cap_cents for one in kinds])[kind] * SCALE,
    )
    share = np.array([one.share_bps for one in kinds], dtype=np.int64)[kind]
    due[alone] = 0
    taken = [Taken(one.ceilings[0], one.mode) if one.ceilings else None for one in kinds]
    due = within_limits(table, kind, taken, due, share)
    payable = (2 * due * share + SCALE * SCALE) // (2 * SCALE * SCALE)
    outcome[(outcome == 0) & (payable == 0)] = OUTCOMES.index("deny")
    articles = list(dict.fromkeys([*(one.article for one in kinds), *plan.benefits, *table.articles]))
    places = {name: place for place, name in enumerate(articles)}
    article = np.array([places[one.article] for one in kinds], dtype=np.int64)[kind]
    # What comes to nothing is told under the article asked for, as the engine does.
    asked = np.array([places[name] for name in table.articles], dtype=np.int64)[table.shape]
    article = np.where(outcome == 0, article, asked)
    decided = Decided(outcome, payable, article, articles, int(alone.sum()))
    _by_engine(plan, table, alone, decided, places)
    return decided


def _kinds(plan: Plan, file: PlanFile, table: ClaimTable) -> tuple[Ints, list[int]]:
    """Number the kinds of claims, and find the first claim of each."""
    late = np.clip(table.received - table.spent - plan.defaults.filing_days, -1, 1) + 1
    registered = (table.spent >= table.enrolled).astype(np.int64)
    gone = (table.left != NEVER).astype(np.int64)
    gone += gone & ((table.received > table.left) | (table.spent > table.left))
    key = (((table.shape * 2 * _AGES + _age_classes(plan, file, table)) * 3 + late) * 2 + registered) * 3 + gone
    # The keys are dense enough for a table of them all, which is many times faster than sorting.
    seen = np.zeros(int(key.max(initial=0)) + 1, dtype=np.int64)
    seen[key[::-1]] = np.arange(len(key), 0, -1)
    used = np.flatnonzero(seen)
    first = (seen[used] - 1).tolist()
    seen[used] = np.arange(len(used))
    return seen[key], first


def _age_classes(plan: Plan, file: PlanFile, table: ClaimTable) -> Ints:
    """Number the ages between which no share changes; articles whose conditions read the age keep each year apart."""
    every = [plan.bands, *(one.bands for one in plan.benefits.values() if one.bands)]
    bands = [band for by_relation in every for of_relation in by_relation.values() for band in of_relation]
    bounds = sorted({bound for band in bands for bound in (band.age_from, band.age_below)})
    reading = {number for number, one in file.benefits.items() if "age" in facts_read(one)}
    if "age" in facts_read(file.defaults):
        reading = set(plan.benefits)
    while more := {n for n, one in plan.benefits.items() if any(r.to in reading for r in one.redirects)} - reading:
        reading |= more
    age = _ages(table.birth, table.spent)
    yearly = np.array([one in reading for one in table.articles], dtype=np.bool_)[table.shape]
    classes: Ints = np.where(
        yearly, _AGES + np.clip(age, -1, _AGES - 2) + 1, np.searchsorted(np.array(bounds), age, side="right")
    )
    return classes


def _ages(birth: Ints, day: Ints) -> Ints:
    """Return completed years; who was born on 29 February has the birthday on the 28th in common years."""
    born_year, born_month, born_day = _calendar(birth)
    year, month, of_month = _calendar(day)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    born_day = born_day - ((born_month == 2) & (born_day == 29) & ~leap)  # noqa: PLR2004 (29 February)
    ages: Ints = year - born_year - ((month * 32 + of_month) < (born_month * 32 + born_day))
    return ages


def _calendar(days: Ints) -> tuple[Ints, Ints, Ints]:
    # A population has few different days: they are worked out once.
    lowest = int(days.min(initial=0))
    every = np.arange(lowest, int(days.max(initial=0)) + 1).astype("datetime64[D]")
    months = every.astype("datetime64[M]")
    month = months.astype(np.int64)
    of_month = (every - months.astype("datetime64[D]")).astype(np.int64) + 1
    place = days - lowest
    years: Ints = month // 12 + 1970
    return years[place], (month % 12 + 1)[place], of_month[place]


def _safe_articles(plan: Plan, file: PlanFile) -> frozenset[str]:
    """Return the articles whose every condition reads only what the claims of a kind have in common."""
    if _RAW & facts_read(file.defaults):
        return frozenset()
    # Deductions (extra facts) and documents on file are no matter: no plain claim has them.
    own = {
        number
        for number, benefit in plan.benefits.items()
        if not (_RAW & facts_read(file.benefits[number]) or benefit.grants or benefit.filing)
    }
    while True:
        # An article is as safe as those to which it sends a claim on.
        kept = {number for number in own if all(one.to in own for one in plan.benefits[number].redirects)}
        if kept == own:
            return frozenset(own)
        own = kept


def _kind_of(plan: Plan, claim: SimulatedClaim, safe: frozenset[str]) -> Kind:
    request, facts = claim.request, claim.facts
    items = tuple(replace(item, amount_cents=_TRIED_CENTS) for item in request.items)
    tried = replace(request, amount_cents=_TRIED_CENTS, items=items)
    decision = evaluate(plan, tried, facts, {})
    if request.article not in safe:
        return Kind("refer", request.article, request.mode, columns=False)
    if decision.outcome != "pay":
        return Kind(decision.outcome, decision.article, request.mode)
    case = Case(plan, tried, facts)
    ((benefit, mode),) = route_all(case, Findings())
    band = share_of(case, benefit, Findings())
    if band is None:
        raise ValueError(f"{claim.name} is paid without a share")
    terms = benefit.terms[mode]
    cap: int | None
    if benefit.rows:
        row = benefit.rows[request.items[0].code or ""]
        ceilings = (*row.ceilings[mode], *terms.ceilings_of(case))
        cap = row.amount_cents[mode] if row.caps else None
    else:
        ceilings, cap = terms.ceilings_of(case), terms.item_cap_cents
    return Kind(
        "pay",
        benefit.article,
        mode,
        terms.rate_bps,
        int(_OPEN) if cap is None else cap,
        band.share_bps,
        ceilings,
        columns=_expressible(ceilings, terms),
    )


def _expressible(ceilings: tuple[Ceiling, ...], terms: Terms) -> bool:
    """Say whether columns can keep the limits: one of whole calendar years or of a life."""
    if not ceilings:
        return True
    (limit, *more) = [ceiling.limit for ceiling in ceilings]
    own_year = limit.year_from is not None or limit.rolling_months or limit.part_fact is not None
    return not (more or own_year or limit.measure == "units" or terms.conditional)


def _persons_for_the_engine(table: ClaimTable, kind: Ints, kinds: list[Kind]) -> Bools:
    difficult = ~table.plain | ~np.array([one.columns for one in kinds], dtype=np.bool_)[kind]
    persons = np.zeros(int(table.person.max(initial=0)) + 1, dtype=np.bool_)
    persons[table.person[difficult]] = True
    return persons[table.person]


def _by_engine(plan: Plan, table: ClaimTable, alone: Bools, decided: Decided, places: Mapping[str, int]) -> None:
    books = Books(lambda _day: plan)
    for index in np.flatnonzero(alone).tolist():
        decision = books.decide(table.claims[index])
        decided.outcome[index] = OUTCOMES.index(decision.outcome)
        decided.payable[index] = decision.payable_cents
        decided.article[index] = places[decision.article]
