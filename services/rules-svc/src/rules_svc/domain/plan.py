"""A plan version compiled for evaluation: integers, dates and closures, nothing left to parse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from rules_svc.domain.decision import Review
from rules_svc.domain.request import Mode

if TYPE_CHECKING:
    from rules_svc.domain.case import Case

Measure = Literal["amount", "count"]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text for members and facilities."""

    it: str
    en: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the articles, the main one first, and the rule and reading ids."""

    articles: tuple[str, ...]
    rules: tuple[str, ...] = ()

    @property
    def article(self) -> str:
        """Return the main article."""
        return self.articles[0]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled predicate.

    Shapes: `triggers` are tokens of a case without any of which the test cannot hold; None means: always test.
    """

    test: "Callable[[Case], bool]"
    triggers: frozenset[str] | None


RuleKind = Literal["exclusion", "proof", "referral"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that holds under a condition: an exclusion, a missing proof, a question for a person."""

    kind: RuleKind
    code: str
    when: Condition
    cite: Citation
    text: Bilingual
    review: Review | None = None


class RuleIndex:
    """Rules found by the tokens of a case, so that the many that cannot hold cost nothing."""

    __slots__ = ("_always", "_by_token", "_rules")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._always = frozenset(i for i, rule in enumerate(rules) if rule.when.triggers is None)
        by_token: dict[str, set[int]] = {}
        for i, rule in enumerate(rules):
            for token in rule.when.triggers or ():
                by_token.setdefault(token, set()).add(i)
        self._by_token = {token: frozenset(found) for token, found in by_token.items()}

    def holding(self, case: "Case") -> list[Rule]:
        """Return the rules that hold for a case, in the plan's order."""
        found = self._always
        by_token = self._by_token
        for token in case.tokens:
            if token in by_token:
                found = found | by_token[token]
        rules = self._rules
        return [rules[i] for i in sorted(found) if rules[i].when.test(case)] if found else []


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and its window.

    Shapes: `calendar_years` n slides over every n consecutive years (reading A6); `rolling_months` n looks back from
    each date, the same day number n months before being outside; neither set means lifetime.
    """

    id: str
    title: Bilingual
    measure: Measure
    calendar_years: int
    rolling_months: int
    separate_modes: bool
    cite: Citation
    highest: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling of a limit in one mode: cents or units."""

    limit: Limit
    amount: int
    cite: Citation


@dataclass(frozen=True, slots=True)
class Terms:
    """What an article pays in one mode."""

    rate_bps: int
    item_cap_cents: int | None
    ceilings: tuple[Ceiling, ...]
    cite: Citation


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One code of a tariff with both columns and the limits on how often it is paid."""

    code: str
    title: Bilingual
    unit: str
    amount_cents: Mapping[Mode, int]
    ceilings: Mapping[Mode, tuple[Ceiling, ...]]
    only_with: frozenset[str]
    not_with: frozenset[str]
    refer_with: frozenset[str]
    cite: Citation


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send a request to another article, perhaps with that article's indirect terms."""

    when: Condition
    to: str
    mode: Mode | None
    cite: Citation


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that an article asks for; any of the alternatives will do.

    Shapes: with `first_claim_only` one on file is enough; `minor_years` is how long one issued to a minor is valid.
    """

    document: str
    alternatives: frozenset[str]
    when: Condition | None
    first_claim_only: bool
    minor_years: int | None
    date_fact: str | None
    cite: Citation
    text: Bilingual


@dataclass(frozen=True, slots=True)
class ShareBand:
    """The share of the benefit for a relation between two ages: `age_from` counts, `age_below` no longer."""

    relation: str
    age_from: int
    age_below: int
    disabled: bool
    dependent: bool
    share_bps: int
    cite: Citation


@dataclass(frozen=True, slots=True)
class Benefit:
    """One article that pays."""

    article: str
    title: Bilingual
    kind: Literal["expense", "tariff", "discretionary"]
    terms: Mapping[Mode, Terms]
    rows: Mapping[str, TariffRow]
    redirects: tuple[Redirect, ...]
    rules: RuleIndex
    evidence: tuple[Evidence, ...]
    interim_invoices: bool
    review: Review | None
    cite: Citation


@dataclass(frozen=True, slots=True)
class Defaults:
    """Rules that hold for every article unless it says otherwise."""

    filing_days: int
    filing: Citation
    balance_invoice: Citation
    interim_invoice: Rule
    leaver: Citation
    registered: Citation
    pensioner_years: int
    pensioner: Citation
    confirmation_months: int
    confirmation: Citation
    suspended_days: int
    suspended: Citation
    currency: Citation
    stamp_duty: Citation
    other_cover: Citation
    unsplit_refund: Citation
    bundled: Citation
    ineligible_items: Mapping[str, Citation]
    rounding: Citation
    adult_age: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One immutable version of a fund's plan of benefits."""

    plan_id: str
    fund: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    defaults: Defaults
    bands: Mapping[str, tuple[ShareBand, ...]]
    shares: Citation
    benefits: Mapping[str, Benefit]
    limits: Mapping[str, Limit]
    ceilings: Mapping[str, Mapping[Mode, Ceiling]]
    concepts: Callable[[str], frozenset[str]]

    def in_force(self, day: date) -> bool:
        """Say whether the version covers a day; `effective_to` is the first day it no longer does."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)
