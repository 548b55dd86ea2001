"""The plan language: the shape of a plan file, checked before anything is compiled."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kit.money import parse_eur

Outcome = Literal["operator", "medical_consultant", "board"]
BASIS_POINTS = 10_000


def _amount(value: Any) -> Any:
    return parse_eur(value) if isinstance(value, str) else value


def _percentage(value: Any) -> Any:
    """Read `65%` or `12.5%` as basis points."""
    if not isinstance(value, str):
        return value
    if not value.endswith("%"):
        raise ValueError("a rate ends with %")
    return parse_eur(value[:-1])


def _at_most_whole(value: int) -> int:
    if value > BASIS_POINTS:
        raise ValueError("a rate is at most 100%")
    return value


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Cents = Annotated[int, BeforeValidator(_amount), Field(ge=0)]
Rate = Annotated[int, BeforeValidator(_percentage), AfterValidator(_at_most_whole)]
Whole = Annotated[int, Field(ge=0)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Part(BaseModel):
    """A part of the plan file: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    it: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Cited(Part):
    """Whatever names the article it rests on, the rules of the catalogue and the readings it follows."""

    cite: Names
    rules: tuple[str, ...] = ()
    interpretation: tuple[str, ...] = ()


class Predicate(Part):
    """One condition: a combination of others, or one test of one fact."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    all: tuple["Predicate", ...] | None = None
    any: tuple["Predicate", ...] | None = None
    not_: "Predicate | None" = Field(default=None, alias="not")
    fact: str | None = None
    in_: Names | None = Field(default=None, alias="in")
    mentions: Names | None = None
    beyond: Names | None = None
    lacks: Names | None = None
    at_least: int | None = None
    at_most: int | None = None
    present: bool | None = None
    same_as: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Predicate":
        combined = [one for one in (self.all, self.any, self.not_) if one is not None]
        tests = [self.in_, self.mentions, self.beyond, self.lacks, self.present, self.same_as]
        bounds = self.at_least is not None or self.at_most is not None
        count = sum(one is not None for one in tests) + bounds
        if self.fact is None and len(combined) == 1 and count == 0:
            return self
        if self.fact is not None and not combined and count == 1:
            return self
        raise ValueError("a condition is one of all, any, not, or a fact with exactly one test")


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
    document: str
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


class Band(Cited):
    relationship: Names
    age_from: Whole = 0
    age_below: Whole = 200
    disabled: bool = False
    dependent: bool = False
    share: Rate


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

    @model_validator(mode="after")
    def _one_kind(self) -> "Window":
        given = [one for one in (self.calendar_years, self.rolling_years, self.minimum_interval_months) if one]
        if len(given) + bool(self.lifetime) != 1:
            raise ValueError(
                "a window is exactly one of calendar_years, rolling_years, minimum_interval_months, lifetime"
            )
        return self


class Accumulator(Cited):
    title: Text
    measure: Literal["amount", "count"]
    scope: Literal["person"]
    window: Window
    modes: Literal["shared", "separate"]


class Terms(Cited):
    reimbursement_rate: Rate
    per_item: Cents | None = None
    tariff_column: Literal["direct", "indirect"] | None = None
    accumulators: dict[str, Cents] = Field(default_factory=dict)


class Row(Cited):
    title: Text
    unit: str
    direct: Cents
    indirect: Cents
    count_limit: dict[str, Whole] = Field(default_factory=dict)
    only_with: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    refer_with: tuple[str, ...] = ()


class Benefit(Cited):
    title: Text
    kind: Literal["expense", "tariff", "discretionary"]
    service_class: str = "outpatient"
    terms: dict[Literal["direct", "indirect", "any"], Terms]
    tariff: dict[str, Row] = Field(default_factory=dict)
    redirect: tuple[RedirectTo, ...] = ()
    default_exclusions: bool = True
    exclusions: tuple[Told, ...] = ()
    proofs: tuple[Told, ...] = ()
    referrals: tuple[Referral, ...] = ()
    requires_evidence: tuple[EvidenceNeeded, ...] = ()
    interim_invoices: Literal["allowed", "with_balance"] = "with_balance"
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
