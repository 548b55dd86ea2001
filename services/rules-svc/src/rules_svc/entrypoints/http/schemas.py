"""The JSON of the public API."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel


class PlanVersionView(BaseModel):
    """One published version of a plan."""

    plan_id: str
    version: str
    hash: str
    effective_from: date
    effective_to: date | None
    published_at: datetime
    state: Literal["published", "withdrawn"] = "published"
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawal_reason: str | None = None


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


class StepView(BaseModel):
    """One step from the requested to the payable amount."""

    code: str
    article: str
    before_cents: int
    after_cents: int
    text_it: str
    text_en: str


class ReasonView(BaseModel):
    """Why nothing is paid, or not now; the remedy of a refusal says what would make it payable."""

    code: str
    article: str
    text_it: str
    text_en: str
    remedy_it: str = ""
    remedy_en: str = ""


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


class PricedView(BaseModel):
    """Both modes side by side; null where the article does not have the mode."""

    article: str
    plan_id: str
    plan_version: str
    indirect: ModeQuote | None
    direct: ModeQuote | None
    limits: list[StandingView]


class QuoteView(PricedView):
    """What a known person would get."""

    person_id: UUID


class PersonStandingView(StandingView):
    """The standing of one person of the family."""

    person_id: UUID
    relation: str


class Standings(BaseModel):
    """The limits of the plan, for one person or for each of a family."""

    person_id: UUID | None
    on: date
    items: list[PersonStandingView]


class MovementView(BaseModel):
    """What a claim, booking or instalment took from a limit, or gave back: cents for `amount`, units for `count`.

    `kind` is reserve, consume, release (of a reservation) or reverse (of what a corrected decision had consumed).
    """

    posting_id: UUID
    kind: str
    window: str
    measure: str
    amount: int
    fact_on: date
    source_kind: str
    source_id: str
    decision_id: UUID
    article: str | None
    at: datetime


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
