"""The words of the plan language that everything else is written with: amounts, citations, conditions, days."""

import datetime as dt
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


def _month_day(value: Any) -> Any:
    return tuple(int(part) for part in value.split("-")) if isinstance(value, str) else value


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]


class Moment(Part):
    """A day reckoned from a fact (or a fixed date): `month_day` in its year, then months and days on.

    With `year_from` the year is the one that starts on that month and day.
    """

    fact: str | None = None
    date: dt.date | None = None
    year_from: MonthDay | None = None
    month_day: MonthDay | None = None
    months: int = 0
    days: int = 0

    @model_validator(mode="after")
    def _one_anchor(self) -> "Moment":
        if (self.fact is None) == (self.date is None):
            raise ValueError("a moment is reckoned from exactly one of fact and date")
        return self


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
    reaches: str | None = None
    at_latest: "Moment | None" = None

    @model_validator(mode="after")
    def _one_form(self) -> "Predicate":
        combined = [one for one in (self.all, self.any, self.not_) if one is not None]
        tests: list[object] = [self.in_, self.mentions, self.beyond, self.lacks, self.present]
        tests += [self.same_as, self.reaches, self.at_latest]
        bounds = self.at_least is not None or self.at_most is not None
        count = sum(one is not None for one in tests) + bounds
        if self.fact is None and len(combined) == 1 and count == 0:
            return self
        if self.fact is not None and not combined and count == 1:
            return self
        raise ValueError("a condition is one of all, any, not, or a fact with exactly one test")
