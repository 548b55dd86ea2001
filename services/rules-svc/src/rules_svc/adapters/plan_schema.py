"""The plan language: the shape of a plan file, checked before anything is compiled."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rules_svc.adapters.plan_parts import (
    BASIS_POINTS,
    Cents,
    Cited,
    Moment,
    MonthDay,
    Names,
    Outcome,
    Part,
    Predicate,
    Rate,
    Text,
    Whole,
)


class Reading(Part):
    """How an ambiguity of the source is read: the choice is data, so that the fund can change it."""

    choice: str
    question: str


class Plan(Part):
    id: str
    fund: str
    version: str
    status: Literal["draft", "published", "withdrawn"]
    title: Text
    effective_from: date
    effective_to: date | None = None
    supersedes: str | None = None
    version_basis: Literal["expense_date"]
    source: dict[str, str]


class Rounding(Cited):
    method: Literal["half_up"]
    unit: Literal["cent"]
    times: Literal["once_at_the_end"]


class Filing(Cited):
    days: Whole
    from_: Literal["expense_date"] = Field(alias="from")
    day_zero: Literal["expense_date"]


class Term(Cited):
    days: Whole


class Years(Cited):
    years: Whole


class Months(Cited):
    months: Whole


class OtherCover(Cited):
    method: Literal["subtract_from_expense"]
    unsplit: Literal["lowest_benefit"]


class Bundled(Cited):
    method: Literal["lowest_benefit"]


class Expense(Cited):
    kind: Literal["stamp_duty", "item"]
    code: str | None = None


class Told(Cited):
    code: str
    when: Predicate
    text: Text


class Referral(Told):
    review: Outcome


class Document(Part):
    name: Text


class EvidenceNeeded(Cited):
    """A document that an article asks for; where it takes no incomplete request, `if_missing: deny`."""

    document: str
    valid_years: Whole | None = None
    if_missing: Literal["pend", "deny"] = "pend"
    or_: tuple[str, ...] = Field(default=(), alias="or")
    when: Predicate | None = None
    first_claim_only: bool = False
    valid_for_minors_years: Whole | None = None
    date_fact: str | None = None


class RedirectTo(Cited):
    when: Predicate
    to: str
    mode: Literal["direct", "indirect"] | None = None


class Notice(Cited):
    days: Whole


class Payment(Cited):
    threshold: Cents
    strictly_greater: bool
    except_months: tuple[Whole, ...]


class InterimInvoices(Cited):
    text: Text


class Defaults(Part):
    rounding: Rounding
    filing: Filing
    balance_invoice: Cited
    interim_invoices: InterimInvoices
    registered: Cited
    leaver: Cited
    pensioner: Years
    pensioner_confirmation: Months
    suspended_lapse: Term
    adult: Years
    foreign_currency: Cited
    expense_not_covered: tuple[Expense, ...]
    other_cover: OtherCover
    bundled_invoice: Bundled
    notice: dict[str, Notice]
    payment: Payment
    exclusions: tuple[Told, ...] = ()
    proofs: tuple[Told, ...] = ()
    notes: tuple[Told, ...] = ()


class Band(Cited):
    relationship: Names
    age_from: Whole = 0
    age_below: Whole = 200
    disabled: bool = False
    dependent: bool = False
    share: Rate
    survivor: bool = False
    review: Outcome | None = None


class OwnShares(Cited):
    """Who may ask under one article, and at which share, where the general bands do not hold."""

    bands: tuple[Band, ...]


class Shares(Cited):
    applies: Literal["after_limits"]
    birthday_29_february: Literal["02-28"]
    bands: tuple[Band, ...]


class Window(Part):
    """Exactly one kind of window."""

    calendar_years: Whole | None = None
    rolling_years: Whole | None = None
    minimum_interval_months: Whole | None = None
    lifetime: bool | None = None
    year_from: MonthDay | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Window":
        kinds = (self.calendar_years, self.rolling_years, self.minimum_interval_months, self.lifetime, self.year_from)
        if sum(bool(one) for one in kinds) != 1:
            raise ValueError(
                "a window is exactly one of calendar_years, rolling_years, minimum_interval_months, lifetime, year_from"
            )
        return self


class ByPart(Part):
    """The extra fact that splits a limit; `otherwise` is the part where the fact is not given."""

    fact: str
    otherwise: str | None = None


class Accumulator(Cited):
    title: Text
    measure: Literal["amount", "count", "units"]
    scope: Literal["person"]
    window: Window
    modes: Literal["shared", "separate"]
    by: ByPart | None = None


class Limited(Cited):
    """Ceilings: cents for limits of measure amount, numbers for those that count."""

    accumulators: dict[str, Cents] = Field(default_factory=dict)
    count_limit: dict[str, Whole] = Field(default_factory=dict)


class LimitsWhen(Limited):
    """Ceilings that bind under a condition."""

    when: Predicate


class Terms(Limited):
    """What an article pays in one mode; the rate is for expenses, where no amount is set."""

    reimbursement_rate: Rate = BASIS_POINTS
    per_item: Cents | None = None
    limits_when: tuple[LimitsWhen, ...] = ()
    tariff_column: Literal["direct", "indirect"] | None = None


class Row(Cited):
    title: Text
    unit: str
    direct: Cents
    indirect: Cents
    count_limit: dict[str, Whole] = Field(default_factory=dict)
    only_with: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    refer_with: tuple[str, ...] = ()
    per_unit_cap: bool = True


class Each(Part):
    """A sum for each unit that the counted facts give."""

    amount: Cents
    of: Names
    less: tuple[str, ...] = ()


class Amount(Cited):
    """An amount that the plan sets under a condition; of several the first that holds is paid."""

    when: Predicate | None = None
    amount: Cents = 0
    each: Each | None = None
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    instalments: Annotated[int, Field(ge=1)] = 1
    reimbursement_rate: Rate | None = None
    per_item: Cents | None = None


class FilingTerm(Cited):
    """A term of filing of its own: the last day in time; `never: true` where no request is needed."""

    when: Predicate | None = None
    last_day: Moment | None = None
    never: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> "FilingTerm":
        if (self.last_day is None) != self.never:
            raise ValueError("a term of filing is exactly one of last_day and never")
        return self


class Deducted(Cited):
    """A sum that somebody else bears; `fact` is the extra fact in cents."""

    fact: str
    text: Text


class GrossBenefit(Cited):
    """Whose benefit is gross of withholding: the amount is kept gross, what is withheld is the payer's matter."""

    when: Predicate


class KnownFact(Cited):
    """An extra fact that the fund's own decisions tell; a higher figure in the request stands.

    It holds of requests for which `asked` holds. Counted are the person's earlier payments of the article for which
    `when` holds and that are the same in the facts of `same`: each of them, or each other year (from `year_from` on)
    that has one.
    """

    fact: str
    counts: Literal["payments", "years"]
    year_from: MonthDay | None = None
    same: Names = ()
    asked: Predicate | None = None
    when: Predicate | None = None


class Covered(Cited):
    """Kinds of cost, by the codes of the request's lines."""

    codes: Names


class Benefit(Cited):
    title: Text
    kind: Literal[
        "expense", "tariff", "lump_sum", "per_diem", "wallet", "annuity", "income_replacement", "discretionary"
    ]
    branch: Literal["health", "non_health"] = "health"
    service_class: str = "outpatient"
    beneficiaries: OwnShares | None = None
    amounts: tuple[Amount, ...] = ()
    filing: tuple[FilingTerm, ...] = ()
    deductions: tuple[Deducted, ...] = ()
    known_facts: tuple[KnownFact, ...] = ()
    items_covered: Covered | None = None
    items_not_covered: tuple[Covered, ...] = ()
    terms: dict[Literal["direct", "indirect", "any"], Terms]
    tariff: dict[str, Row] = Field(default_factory=dict)
    redirect: tuple[RedirectTo, ...] = ()
    default_exclusions: bool = True
    default_exclusions_lifted: tuple[str, ...] = ()
    notes: tuple[Told, ...] = ()
    exclusions: tuple[Told, ...] = ()
    proofs: tuple[Told, ...] = ()
    referrals: tuple[Referral, ...] = ()
    requires_evidence: tuple[EvidenceNeeded, ...] = ()
    interim_invoices: Literal["allowed", "with_balance"] = "with_balance"
    gross_of_withholding: GrossBenefit | None = None
    review: Outcome | None = None


class PlanFile(Part):
    """A whole plan version."""

    plan: Plan
    readings: dict[str, Reading]
    articles: dict[str, Text]
    documents: dict[str, Document]
    vocabulary: dict[str, Names]
    defaults: Defaults
    beneficiary_shares: Shares
    accumulators: dict[str, Accumulator]
    benefits: dict[str, Benefit]
