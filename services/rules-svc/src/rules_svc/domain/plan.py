"""A plan version compiled for evaluation: integers, dates and closures, nothing left to parse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from rules_svc.domain.decision import Review
from rules_svc.domain.request import Mode

if TYPE_CHECKING:
    from rules_svc.domain.case import Case
    from rules_svc.domain.shape import Shapes

Measure = Literal["amount", "count", "units"]
# What a step tells that is the same in every decision: built once, shared by all of them, and never changed.
Told = Mapping[str, Any]


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
    article: str = field(init=False, default="")
    told: Told = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "article", self.articles[0])
        object.__setattr__(self, "told", {"rules": self.rules})


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled predicate.

    Shapes: `reads` are the facts that the test looks at; `all_of` and `any_of` are its parts, where it has any.
    """

    test: "Callable[[Case], bool]"
    reads: frozenset[str]
    all_of: "tuple[Condition, ...]" = ()
    any_of: "tuple[Condition, ...]" = ()

    def ruled_out(self, case: "Case") -> bool:
        """Say whether it can hold for no case of the same shape."""
        if self.reads.isdisjoint(case.shape.varying):
            return not self.test(case)
        if self.any_of:
            return all(one.ruled_out(case) for one in self.any_of)
        return any(one.ruled_out(case) for one in self.all_of)


RuleKind = Literal["exclusion", "proof", "referral", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that holds under a condition: an exclusion, a missing proof, a question for a person, a remark."""

    kind: RuleKind
    code: str
    when: Condition
    cite: Citation
    text: Bilingual
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and its window.

    Shapes: `calendar_years` n slides over every n consecutive years (reading A6); `rolling_months` n looks back from
    each date, the same day number n months before being outside; `year_from` is the (month, day) on which a year of its
    own starts; none set means lifetime. `part_fact` names the extra fact that splits the limit (one study cycle, one
    device); where neither it nor `part_default` says the part, the limit does not bind. A limit of measure `count`
    counts requests, of measure `units` quantities.
    """

    id: str
    title: Bilingual
    measure: Measure
    calendar_years: int
    rolling_months: int
    separate_modes: bool
    cite: Citation
    highest: int
    year_from: tuple[int, int] | None = None
    part_fact: str | None = None
    part_default: str | None = None
    # Whether a fact's windows hang on its year alone, and those already named: (limit id, window key) by mode and year.
    of_calendar: bool = field(init=False, default=False, compare=False)
    pairs: dict[tuple[Mode, int], tuple[tuple[str, str], ...]] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        whole_years = self.year_from is None and not self.rolling_months
        object.__setattr__(self, "of_calendar", whole_years and self.part_fact is None)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The ceiling of a limit in one mode, cents or units; its step has a `code`, and tells by `left` what is left."""

    limit: Limit
    amount: int
    cite: Citation
    code: str = field(init=False, default="limit_count", compare=False)
    left: str = field(init=False, default="left", compare=False)
    told: dict[str, Any] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        limit, ceiling = self.limit, "ceiling"
        if limit.measure == "amount":
            ceiling = "ceiling_cents"
            object.__setattr__(self, "code", "limit_amount")
            object.__setattr__(self, "left", "left_cents")
        told = {"limit": limit.id, "what_it": limit.title.it, "what_en": limit.title.en}
        # What is left differs from decision to decision: a copy gets it.
        object.__setattr__(self, "told", told | {ceiling: self.amount, "rules": self.cite.rules, self.left: 0})


@dataclass(frozen=True, slots=True)
class CeilingsWhen:
    """Ceilings that bind under a condition: of a school level, of a kind of course."""

    when: Condition
    ceilings: tuple[Ceiling, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an article pays in one mode."""

    mode: Mode
    rate_bps: int
    item_cap_cents: int | None
    ceilings: tuple[Ceiling, ...]
    cite: Citation
    conditional: tuple[CeilingsWhen, ...] = ()
    told: Told = field(init=False, default_factory=dict, compare=False)
    told_cap: Told = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        rules = {"rules": self.cite.rules}
        object.__setattr__(self, "told", {"rate_bps": self.rate_bps, "mode": self.mode} | rules)
        object.__setattr__(self, "told_cap", {"cap_cents": self.item_cap_cents} | rules)

    def ceilings_of(self, case: "Case") -> tuple[Ceiling, ...]:
        """Return the ceilings that bind a case."""
        if not self.conditional:
            return self.ceilings
        return (*self.ceilings, *(c for one in self.conditional if one.when.test(case) for c in one.ceilings))


@dataclass(frozen=True, slots=True)
class Grant:
    """An amount that the plan sets under a condition; the first that holds is paid.

    Shapes: either a percentage of the expense (`rate_bps`, `item_cap_cents`), or `amount_cents` plus `each_cents` times
    the counted facts (`counted` less `not_counted`) plus the sums in `plus` less those in `minus` (extra facts).
    `instalments` above 1: only that part of it is due now.
    """

    when: Condition | None
    amount_cents: int
    each_cents: int
    counted: tuple[str, ...]
    not_counted: tuple[str, ...]
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    instalments: int
    rate_bps: int | None
    item_cap_cents: int | None
    cite: Citation


@dataclass(frozen=True, slots=True)
class TariffRow:
    """One code of a tariff with both columns and the limits on how often it is paid; `told` is that of one unit."""

    code: str
    title: Bilingual
    unit: str
    amount_cents: Mapping[Mode, int]
    ceilings: Mapping[Mode, tuple[Ceiling, ...]]
    only_with: frozenset[str]
    not_with: frozenset[str]
    refer_with: frozenset[str]
    cite: Citation
    told: Mapping[Mode, Told]
    caps: bool = True


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send a request to another article, perhaps with that article's indirect terms."""

    when: Condition
    to: str
    mode: Mode | None
    cite: Citation
    told: Told = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "told", {"to": self.to, "rules": self.cite.rules})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that an article asks for; any of the alternatives will do.

    Shapes: with `first_claim_only` one on file is enough; `minor_years` is how long one issued to a minor is valid,
    `valid_years` how long anybody's is. Where the article takes no incomplete request, its lack `rejects`.
    """

    document: str
    alternatives: frozenset[str]
    when: Condition | None
    first_claim_only: bool
    minor_years: int | None
    date_fact: str | None
    cite: Citation
    text: Bilingual
    valid_years: int | None = None
    rejects: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """A term of filing of its own: the last day in time, or none at all."""

    when: Condition | None
    last_day: "Callable[[Case], date | None] | None"
    cite: Citation


@dataclass(frozen=True, slots=True)
class Deduction:
    """A sum that somebody else bears and that comes off the expense; `name` is the extra fact in cents."""

    name: str
    cite: Citation
    text: Bilingual


@dataclass(frozen=True, slots=True)
class KnownFact:
    """An extra fact that the fund's own decisions tell: the person's earlier payments of the article, or their years.

    Shapes: of a request `asked` must hold, of an earlier payment `when`; `name` and `same` are extra facts; with
    `by_year` payments of one year count once, and the year of the request itself does not; `year_from` is the
    (month, day) on which a year starts, 1 January without it.
    """

    name: str
    by_year: bool
    year_from: tuple[int, int]
    same: tuple[str, ...]
    when: Condition | None
    asked: Condition | None = None


@dataclass(frozen=True, slots=True)
class ShareBand:
    """The share of the benefit for a relation between two ages: `age_from` counts, `age_below` no longer.

    Shapes: a `survivor` may ask after the member's own membership has ended; with `review` a person decides.
    """

    relation: str
    age_from: int
    age_below: int
    disabled: bool
    dependent: bool
    share_bps: int
    cite: Citation
    survivor: bool = False
    review: Review | None = None
    told: Told = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "told", {"share_bps": self.share_bps, "rules": self.cite.rules})


Bands = Mapping[str, tuple[ShareBand, ...]]
Kind = Literal["expense", "tariff", "lump_sum", "per_diem", "wallet", "annuity", "income_replacement", "discretionary"]


@dataclass(frozen=True, slots=True)
class Benefit:
    """One article that pays; `gross` says of which requests the amount is gross of withholding; None: of none."""

    article: str
    title: Bilingual
    kind: Kind
    terms: Mapping[Mode, Terms]
    rows: Mapping[str, TariffRow]
    redirects: tuple[Redirect, ...]
    rules: tuple[Rule, ...]
    evidence: tuple[Evidence, ...]
    interim_invoices: bool
    review: Review | None
    cite: Citation
    grants: tuple[Grant, ...] = ()
    filing: tuple[Filing, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    covered_items: frozenset[str] | None = None
    covered: Citation | None = None
    left_out_items: Mapping[str, Citation] = field(default_factory=dict)
    bands: Bands | None = None
    shares: Citation | None = None
    known: tuple[KnownFact, ...] = ()
    gross: Condition | None = None

    def grant_of(self, case: "Case") -> Grant | None:
        """Return the amount that the plan sets for a case."""
        for grant in self.grants:
            if grant.when is None or grant.when.test(case):
                return grant
        return None


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
    """One immutable version of a fund's plan of benefits.

    Shapes: `document_sums` are the extra facts that are sums in the currency of the document, in order.
    """

    plan_id: str
    fund: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    defaults: Defaults
    bands: Bands
    shares: Citation
    relations: frozenset[str]
    benefits: Mapping[str, Benefit]
    limits: Mapping[str, Limit]
    ceilings: Mapping[str, Mapping[Mode, Ceiling]]
    concepts: Callable[[str], frozenset[str]]
    users: Mapping[str, frozenset[str]] = field(default_factory=dict)
    document_sums: tuple[str, ...] = ()
    shapes: "Shapes" = field(default_factory=dict, compare=False)

    def articles_of(self, limit_id: str) -> frozenset[str]:
        """Return the articles whose terms or tariff rows take from a limit."""
        return self.users.get(limit_id, frozenset())

    def in_force(self, day: date) -> bool:
        """Say whether the version covers a day; `effective_to` is the first day it no longer does."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)
