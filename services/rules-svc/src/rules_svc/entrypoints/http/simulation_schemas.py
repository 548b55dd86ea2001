"""The JSON of simulations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules_svc.domain.decision import Outcome

_MOST_CLAIMS = 1_000_000


class HistoryBody(BaseModel):
    """The decisions that stand on expenses of a period, both days included."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["history"]
    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _in_order(self) -> "HistoryBody":
        if self.to < self.from_:
            raise ValueError("to lies before from")
        return self


class SyntheticBody(BaseModel):
    """Families and claims made from a seed, received over two years from a day on; the same seed gives the same."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["synthetic"]
    claims: int = Field(strict=True, ge=1, le=_MOST_CLAIMS)
    seed: int = Field(default=1, strict=True, ge=0, le=2**32)
    from_: date = Field(alias="from")


class SimulationBody(BaseModel):
    """A draft and what it is tried on."""

    model_config = ConfigDict(extra="forbid")
    plan_id: str = Field(min_length=1, max_length=50)
    yaml: str | None = Field(default=None, min_length=1, max_length=800_000, description="A plan file, not yet saved")
    version: str | None = Field(default=None, max_length=100, description="Or the version of a saved draft")
    population: Annotated[HistoryBody | SyntheticBody, Field(discriminator="kind")]

    @model_validator(mode="after")
    def _one_draft(self) -> "SimulationBody":
        if (self.yaml is None) == (self.version is None):
            raise ValueError("give exactly one of yaml and version")
        return self


class SumsView(BaseModel):
    """Claims and cents under both plans."""

    claims: int
    before_cents: int
    after_cents: int
    delta_cents: int
    claims_gaining: int
    claims_losing: int


class TotalsView(SumsView):
    """All claims; `changed` counts those whose outcome or amount differs."""

    changed: int


class ArticleSums(SumsView):
    """The cost of one article."""

    article: str
    title_it: str
    title_en: str


class MemberSums(SumsView):
    """What changes for one member: an id of the history, a number of a synthetic population."""

    member: str


class MembersView(BaseModel):
    """Members who gain and lose; `largest` are the hundred with the largest difference."""

    asking: int
    gaining: int
    losing: int
    gained_cents: int
    lost_cents: int
    largest: list[MemberSums]


class OutcomeMove(BaseModel):
    """How many claims had one outcome before and another after."""

    before: Outcome
    after: Outcome
    claims: int


class ChangedCase(BaseModel):
    """A claim whose outcome or amount differs: an id of the history, a number of a synthetic population."""

    name: str
    member: str
    article: str
    expense_date: date
    before: Outcome
    before_cents: int
    after: Outcome
    after_cents: int


class SimulationResult(BaseModel):
    """What the draft would have changed; of the changed cases the first thousand."""

    totals: TotalsView
    articles: list[ArticleSums]
    members: MembersView
    outcomes: list[OutcomeMove]
    cases: list[ChangedCase]


class SimulationLine(BaseModel):
    """A simulation and how far it has come."""

    simulation_id: UUID
    plan_id: str
    version: str
    hash: str
    population: dict[str, Any]
    state: Literal["queued", "running", "done", "failed"]
    claims_done: int
    claims_total: int | None = Field(description="null until the population is counted")
    fault: str | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None


class SimulationView(SimulationLine):
    """A simulation with its result, once it has one."""

    result: SimulationResult | None
