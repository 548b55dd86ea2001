"""The monthly closing: pairs of accounts of the same money, which must agree to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass

from payout_svc.domain.run_month import RunMonth


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two sides do not tell alike; None means that a side does not have it."""

    id: str
    expected_cents: int | None
    actual_cents: int | None


@dataclass(frozen=True, slots=True)
class ClosingCheck:
    """Two sides of the same money.

    Units: cents; `differing` counts all differences, `differences` are the first of them.
    """

    name: str
    expected_count: int
    expected_cents: int
    actual_count: int
    actual_cents: int
    differing: int
    differences: Sequence[Difference]

    @property
    def equal(self) -> bool:
        """Say whether both sides tell the same, item by item."""
        return self.differing == 0


@dataclass(frozen=True, slots=True)
class Closing:
    """All checks of a month."""

    month: RunMonth
    checks: Sequence[ClosingCheck]

    @property
    def all_equal(self) -> bool:
        """Say whether every check is equal."""
        return all(check.equal for check in self.checks)
