"""The limits ledger compared with the decisions that moved it, for a month."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from rules_svc.domain.dates import add_months

SHOWN_DIFFERENCES = 100


@dataclass(frozen=True, slots=True)
class LedgerDifference:
    """One thing that two sides do not tell alike; None means that a side does not have it.

    Shapes: `check` is decided_anew (cents), postings_of_decision, end_of_posting, balance_consumed, balance_reserved or
    balance_uses (the limit's own measure: cents, requests or quantities); `id` names the decision or the person, with
    limit and window.
    """

    check: str
    id: str
    expected: int | None
    actual: int | None


@dataclass(frozen=True, slots=True)
class DecidedTotal:
    """What was decided payable on one day.

    Shapes: `kind` is claim, review, booking, booking_review or instalment; `on` the Rome day of the decisions.
    """

    kind: str
    on: date
    decisions: int
    payable_cents: int


@dataclass(frozen=True, slots=True)
class ReconciledSpan:
    """The whole days of a month that are over.

    Shapes: `through_on` is excluded: the first of the next month, or today while the month is running.
    """

    month: date
    through_on: date

    @classmethod
    def of(cls, month: date, today: date) -> "ReconciledSpan":
        """Return the span of the month that begins on a day."""
        return cls(month, max(month, min(add_months(month, 1), today)))

    @property
    def whole(self) -> bool:
        """Say whether the month is over."""
        return self.through_on == add_months(self.month, 1)


@dataclass(slots=True)
class Findings:
    """What is found on the way; `differing` counts all differences, `shown` keeps the first."""

    decisions: int = 0
    postings: int = 0
    balances: int = 0
    differing: int = 0
    shown: list[LedgerDifference] = field(default_factory=list)

    def add(self, difference: LedgerDifference) -> None:
        """Count a difference and keep it while there is room."""
        self.differing += 1
        if len(self.shown) < SHOWN_DIFFERENCES:
            self.shown.append(difference)


Postings = dict[tuple[str, str], int]


def differing_postings(decision_id: str, expected: Postings, actual: Postings) -> list[LedgerDifference]:
    """Compare what a decision takes with what stands under it in the ledger, by limit and window."""
    return [
        LedgerDifference("postings_of_decision", "/".join((decision_id, *key)), expected.get(key), actual.get(key))
        for key in sorted(expected.keys() | actual.keys())
        if expected.get(key) != actual.get(key)
    ]


def month_before(day: date) -> date:
    """Return the first day of the month before that of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
