"""What another version of a plan would have decided: the same claims under two plans, side by side.

Both sides start with untouched limits and decide in order of receipt; what a paid claim takes stands before the next.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from rules_svc.domain.decision import Balance, Decision, Outcome, Use, new_balance
from rules_svc.domain.evaluate import evaluate, without_plan
from rules_svc.domain.plan import Plan
from rules_svc.domain.request import Facts, Request

PlanOn = Callable[[date], Plan | None]
MAX_CHANGES = 1_000


class SimulatedClaim(NamedTuple):
    """One claim of a population; `name` is the id of a stored claim, the number of a synthetic one."""

    name: str
    member: str
    person: str
    request: Request
    facts: Facts


class Change(NamedTuple):
    """A claim whose outcome or amount differs.

    Units: cents.
    """

    name: str
    member: str
    article: str
    expense_date: date
    before: Outcome
    before_cents: int
    after: Outcome
    after_cents: int


@dataclass(slots=True)
class Sums:
    """Claims and cents under both plans; `gaining` and `losing` count claims whose amount differs."""

    claims: int = 0
    before_cents: int = 0
    after_cents: int = 0
    gaining: int = 0
    losing: int = 0

    def add(self, before_cents: int, after_cents: int) -> None:
        """Count one claim."""
        self.claims += 1
        self.before_cents += before_cents
        self.after_cents += after_cents
        self.gaining += after_cents > before_cents
        self.losing += after_cents < before_cents

    @property
    def delta_cents(self) -> int:
        """Return what the other plan costs more."""
        return self.after_cents - self.before_cents


class Books:
    """The limits of everybody under one plan, in memory, kept as the ledger keeps them."""

    __slots__ = ("_accounts", "_plan_on")

    def __init__(self, plan_on: PlanOn) -> None:
        self._plan_on = plan_on
        self._accounts: dict[str, dict[tuple[str, str], Balance]] = {}

    def decide(self, claim: SimulatedClaim) -> Decision:
        """Decide a claim and post what it takes."""
        plan = self._plan_on(claim.request.expense_date)
        if plan is None:
            return without_plan(claim.request)
        account = self._accounts.get(claim.person)
        if account is None:
            account = self._accounts[claim.person] = {}
        decision = evaluate(plan, claim.request, claim.facts, account)
        for limit_id, key, amount in decision.postings:
            before = account.get((limit_id, key), _UNTOUCHED)
            rolls = plan.limits[limit_id].rolling_months
            uses = (*before.uses, Use(claim.request.expense_date, amount)) if rolls else ()
            account[limit_id, key] = new_balance((before.consumed + amount, 0, uses))
        return decision


_UNTOUCHED = Balance(0, 0)


@dataclass(slots=True)
class Comparison:
    """The running comparison of two plans over a population.

    Shapes: `articles` and `members` map to their sums, `outcomes` counts (before, after); of the claims that differ the
    first thousand are kept, `changed` counts all.
    """

    before: Books
    after: Books
    total: Sums = field(default_factory=Sums)
    articles: dict[str, Sums] = field(default_factory=dict)
    members: dict[str, Sums] = field(default_factory=dict)
    outcomes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    changed: int = 0
    changes: list[Change] = field(default_factory=list)

    def add(self, claim: SimulatedClaim) -> None:
        """Decide a claim under both plans."""
        old, new = self.before.decide(claim), self.after.decide(claim)
        # A redirect may end elsewhere under the other plan: the cost is told under the article of the plan that stands.
        article = old.article if old.outcome == "pay" else new.article
        for sums in (self.total, _of(self.articles, article), _of(self.members, claim.member)):
            sums.add(old.payable_cents, new.payable_cents)
        self.outcomes[old.outcome, new.outcome] += 1
        if (old.outcome, old.payable_cents) != (new.outcome, new.payable_cents):
            self.changed += 1
            if len(self.changes) < MAX_CHANGES:
                self.changes.append(_change(claim, article, old, new))


def _of(sums: dict[str, Sums], name: str) -> Sums:
    found = sums.get(name)
    if found is None:
        found = sums[name] = Sums()
    return found


def _change(claim: SimulatedClaim, article: str, old: Decision, new: Decision) -> Change:
    day = claim.request.expense_date
    return Change(
        claim.name, claim.member, article, day, old.outcome, old.payable_cents, new.outcome, new.payable_cents
    )
