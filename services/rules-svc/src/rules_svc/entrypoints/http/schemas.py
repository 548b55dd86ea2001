"""The JSON of the public API."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules_svc.domain.request import Item, Request

Cents = Annotated[int, Field(strict=True, gt=0, le=100_000_000_00, description="Euro cents")]


class PlanVersionView(BaseModel):
    """One published version of a plan."""

    plan_id: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    published_at: datetime


class PlanVersions(BaseModel):
    """The published versions, the newest first."""

    items: list[PlanVersionView]


class ArticleLine(BaseModel):
    """One article of a plan."""

    article: str
    title_it: str
    title_en: str
    kind: str
    modes: list[str]


class ReadingView(BaseModel):
    """How an ambiguity of the source is read."""

    id: str
    question: str
    choice: str


class PlanView(BaseModel):
    """A plan as it is in force."""

    plan_id: str
    version: str
    hash: str
    title_it: str
    title_en: str
    effective_from: date
    effective_to: date | None
    articles: list[ArticleLine]
    notice_days: dict[str, int]
    suspended_lapse_days: int
    payment_threshold_cents: int
    readings: list[ReadingView]


class LimitTermsView(BaseModel):
    """The ceiling of a limit in one mode: cents for `amount`, units for `count`."""

    limit_id: str
    title_it: str
    title_en: str
    measure: str
    ceiling: int


class TermsView(BaseModel):
    """What an article pays in one mode."""

    mode: str
    rate_bps: int
    per_item_cents: int | None
    limits: list[LimitTermsView]


class TariffRowView(BaseModel):
    """One code of a tariff."""

    code: str
    title_it: str
    title_en: str
    unit: str
    indirect_cents: int
    direct_cents: int
    count_limits: dict[str, int]


class EvidenceView(BaseModel):
    """A document that the article asks for; any of the alternatives will do."""

    document: str
    alternatives: list[str]
    name_it: str
    name_en: str
    first_claim_only: bool


class ExclusionView(BaseModel):
    """What the article does not pay."""

    code: str
    articles: list[str]
    text_it: str
    text_en: str


class ArticleView(BaseModel):
    """One article with its terms."""

    plan_id: str
    version: str
    article: str
    title_it: str
    title_en: str
    kind: str
    rules: list[str]
    terms: list[TermsView]
    tariff: list[TariffRowView]
    evidence: list[EvidenceView]
    exclusions: list[ExclusionView]


class QuoteItem(BaseModel):
    """One code of a tariff; the amount is the total for the quantity."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(min_length=1, max_length=20)
    quantity: int = Field(default=1, strict=True, ge=1, le=100)
    amount_cents: Cents


class QuoteBody(BaseModel):
    """A service that a person thinks of taking."""

    model_config = ConfigDict(extra="forbid")
    person_id: UUID
    article: str = Field(default="", max_length=10, description="May be left out where the items' codes name it")
    expense_date: date
    amount_cents: Cents
    mode: Literal["both", "indirect", "direct"] = "both"
    items: list[QuoteItem] = Field(default=[], max_length=50)
    quantity: int = Field(default=1, strict=True, ge=1, le=100)
    service: str = Field(default="", max_length=200)
    provider_kind: str = Field(default="", max_length=50)
    specialty: str | None = Field(default=None, max_length=100)
    ssn_ticket: bool = False

    @model_validator(mode="after")
    def _items_within_total(self) -> "QuoteBody":
        if sum(item.amount_cents for item in self.items) > self.amount_cents:
            raise ValueError("the items sum to more than amount_cents")
        if not self.article and not self.items:
            raise ValueError("give an article, or items with codes of a tariff")
        return self

    def to_domain(self) -> Request:
        """Return the request, received on its own day so that no term runs."""
        return Request(
            mode="indirect",
            article=self.article,
            expense_date=self.expense_date,
            received_on=self.expense_date,
            amount_cents=self.amount_cents,
            quantity=self.quantity,
            items=tuple(Item(item.amount_cents, item.quantity, None, item.code) for item in self.items),
            ssn_ticket=self.ssn_ticket,
            provider_kind=self.provider_kind,
            provider_specialty=self.specialty,
            service=self.service,
        )


class StepView(BaseModel):
    """One step from the requested to the payable amount."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class ReasonView(BaseModel):
    """Why nothing is paid, or not now."""

    code: str
    article: str
    text_it: str
    text_en: str


class MissingView(BaseModel):
    """A document that is asked for."""

    document: str
    article: str
    text_it: str
    text_en: str


class ModeQuote(BaseModel):
    """What one mode would give."""

    outcome: str
    payable_cents: int
    member_share_cents: int
    steps: list[StepView]
    reasons: list[ReasonView]
    documents: list[MissingView]


class StandingView(BaseModel):
    """A person's standing in a limit and mode: cents for `amount`, units for `count`."""

    limit_id: str
    title_it: str
    title_en: str
    article: str
    measure: str
    mode: str
    window: str
    ceiling: int
    consumed: int
    reserved: int
    left: int
    until: date | None


class QuoteView(BaseModel):
    """Both modes side by side; null where the article does not have the mode."""

    person_id: UUID
    article: str
    plan_id: str
    plan_version: str
    indirect: ModeQuote | None
    direct: ModeQuote | None
    limits: list[StandingView]


class Standings(BaseModel):
    """Every limit of the plan for one person."""

    person_id: UUID
    on: date
    items: list[StandingView]


class DecisionView(BaseModel):
    """A decision with its explanation."""

    decision_id: UUID
    kind: str
    subject_id: UUID
    revision: int
    member_id: UUID
    person_id: UUID
    article: str
    plan_id: str
    plan_version: str
    plan_hash: str
    engine_version: str
    outcome: str
    review: str | None
    requested_cents: int
    payable_cents: int
    steps: list[StepView]
    reasons: list[ReasonView]
    missing: list[MissingView]
    limits_before: list[dict[str, Any]]
    decided_at: datetime


class Decisions(BaseModel):
    """The decisions on one claim or booking, one a revision."""

    items: list[DecisionView]
