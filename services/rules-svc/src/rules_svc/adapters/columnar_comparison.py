"""Compare two versions of a plan by columns: the same figures as claim by claim, in a fraction of the time."""

import numpy as np

from rules_svc.adapters.claim_table import ClaimTable, Ints
from rules_svc.adapters.columnar import OUTCOMES, Decided, decide_all
from rules_svc.adapters.plan_compiler import compile_plan
from rules_svc.adapters.plan_reader import PlanSource
from rules_svc.domain.plan import Plan
from rules_svc.domain.simulation import MAX_CHANGES, Books, Change, Comparison, SimulatedClaim, Sums


def compare_columns(before: PlanSource, after: PlanSource, table: ClaimTable) -> Comparison:
    """Decide a population under both versions and add it up."""
    plans = compile_plan(before), compile_plan(after)
    old, new = (decide_all(plan, source.file, table) for plan, source in zip(plans, (before, after), strict=True))
    result = Comparison(_unused(plans[0]), _unused(plans[1]))
    names, article = _articles(old, new)
    everything = np.zeros(len(article), dtype=np.int64)
    result.total = next(iter(_sums(everything, ["all"], old, new).values()), Sums())
    result.articles = _sums(article, names, old, new)
    members = list(dict.fromkeys(claim.member for claim in table.claims))
    result.members = _sums(table.member, members, old, new)
    moves = np.bincount(old.outcome * len(OUTCOMES) + new.outcome, minlength=len(OUTCOMES) ** 2).tolist()
    for place, count in enumerate(moves):
        if count:
            result.outcomes[OUTCOMES[place // len(OUTCOMES)], OUTCOMES[place % len(OUTCOMES)]] = count
    changed = np.flatnonzero((old.payable != new.payable) | (old.outcome != new.outcome))
    result.changed = len(changed)
    rows = changed[:MAX_CHANGES].tolist()
    result.changes = [_change(table.claims[row], names[article[row]], row, old, new) for row in rows]
    return result


def _unused(plan: Plan) -> Books:
    return Books(lambda _day: plan)


def _articles(old: Decided, new: Decided) -> tuple[list[str], Ints]:
    """Return the article under which each claim is told: that of the version that stands where it pays."""
    names = list(dict.fromkeys([*old.articles, *new.articles]))
    places = {name: place for place, name in enumerate(names)}
    olds = np.array([places[name] for name in old.articles], dtype=np.int64)[old.article]
    news = np.array([places[name] for name in new.articles], dtype=np.int64)[new.article]
    return names, np.where(old.outcome == 0, olds, news)


def _sums(group: Ints, names: list[str], old: Decided, new: Decided) -> dict[str, Sums]:
    # Sums of cents stay far below 2**53, so that the floats of bincount are whole numbers.
    columns = [
        np.bincount(group),
        np.bincount(group, weights=old.payable),
        np.bincount(group, weights=new.payable),
        np.bincount(group, weights=new.payable > old.payable),
        np.bincount(group, weights=new.payable < old.payable),
    ]
    rows = zip(*(column.astype(np.int64).tolist() for column in columns), strict=True)
    return {name: Sums(*row) for name, row in zip(names, rows, strict=False) if row[0]}


def _change(claim: SimulatedClaim, article: str, row: int, old: Decided, new: Decided) -> Change:
    return Change(
        claim.name,
        claim.member,
        article,
        claim.request.expense_date,
        OUTCOMES[int(old.outcome[row])],
        int(old.payable[row]),
        OUTCOMES[int(new.outcome[row])],
        int(new.payable[row]),
    )
