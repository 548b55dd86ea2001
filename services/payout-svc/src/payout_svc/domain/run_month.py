"""The month of a payout run and its day of payment."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from kit.workdays import WorkingDays

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_NAMES = (
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, order=True)
class RunMonth:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-11`.

        Raises: ValueError when the text is no month.
        """
        match = _MONTH.fullmatch(text)
        if match is None:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month of a day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """Return the first day, the form in which a month is stored."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Return the last day, whose payment terms hold for the month's run."""
        return self.shifted(1).first_day - timedelta(days=1)

    @property
    def italian(self) -> str:
        """Return the month as a member reads it, such as `novembre 2026`."""
        return f"{_NAMES[self.month - 1]} {self.year}"

    def shifted(self, months: int) -> "RunMonth":
        """Return the month that many months later."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return RunMonth(year, month + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def execution_day(month: RunMonth, today: date, calendar: WorkingDays) -> date:
    """Return the day on which the bank pays a run that is prepared today.

    It is the month's own payment day; a run repeated after that day goes out on the next payment day, since a bank
    takes no order for the past.
    Source: article 1.4 and decision 4 on the FNM circular.
    """
    candidate = month
    while (day := calendar.payment_day(candidate.year, candidate.month)) < today:
        candidate = max(candidate.shifted(1), RunMonth.of(today))
    return day
