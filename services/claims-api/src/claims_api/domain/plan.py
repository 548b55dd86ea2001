"""The little of a plan that the intake needs: its articles and its terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Branch(StrEnum):
    """The two kinds of request of the member guide: "sussidio sanitario" and "sussidio non sanitario"."""

    HEALTH = "health"
    NON_HEALTH = "non_health"


@dataclass(frozen=True, slots=True)
class PlanArticle:
    """What the intake needs of one article; without `filing_days` of its own the plan's count."""

    branch: Branch = Branch.HEALTH
    title_it: str = ""
    filing_days: int | None = None


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One published version of the fund's plan; in force from `effective_from` to `effective_to` (excluded).

    Units: `filing_days` calendar days from the expense; nothing when the plan was published without them.
    """

    plan_id: str
    version: str
    effective_from: date
    effective_to: date | None
    claim_lapse_days: int
    articles: Mapping[str, PlanArticle]
    filing_days: int | None = None

    def days_to_file(self, article: str) -> int | None:
        """Return the term of an article, its own or the plan's."""
        own = self.articles[article].filing_days if article in self.articles else None
        return self.filing_days if own is None else own

    def in_force_on(self, day: date) -> bool:
        """Say whether expenses of that day are decided by this version."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)
