"""The little of a plan that the intake needs: its articles and its terms."""

from dataclasses import dataclass
from datetime import date


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
    articles: frozenset[str]
    filing_days: int | None = None

    def in_force_on(self, day: date) -> bool:
        """Say whether expenses of that day are decided by this version."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)
