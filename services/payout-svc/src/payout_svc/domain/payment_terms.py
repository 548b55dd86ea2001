"""The plan's terms of payment to members."""

from dataclasses import dataclass
from datetime import date

from payout_svc.domain.run_month import RunMonth


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """From which balance on a member is paid.

    Units: cents; `effective_from` is included, `effective_to` is not; months are 1 to 12.
    Source: article 1.4 of the FNM circular with readings A3 and A33.
    """

    plan_id: str
    effective_from: date
    effective_to: date | None
    threshold_cents: int
    strictly_greater: bool
    except_months: frozenset[int]

    def minimum_cents(self, month: RunMonth) -> int:
        """Return the smallest member balance that a run of this month pays."""
        if month.month in self.except_months:
            return 1
        return max(1, self.threshold_cents + (1 if self.strictly_greater else 0))

    def pays(self, balance_cents: int, month: RunMonth) -> bool:
        """Say whether a run of this month pays a member's balance."""
        return balance_cents >= self.minimum_cents(month)

    def in_force_on(self, day: date) -> bool:
        """Say whether the terms hold on a day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)
