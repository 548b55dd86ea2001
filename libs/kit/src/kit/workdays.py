"""Working days of Italy with a fund's patron day, and of the euro payment system (TARGET2)."""

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import holidays

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class WorkingDays:
    """The working-day calendar of one fund.

    Source: decisions 2 and 4 on the FNM circular (article 1.4) and member guide.
    """

    def __init__(self, patron: tuple[int, int] | None = (12, 7)) -> None:
        """Take the patron day as (month, day); the default is Milan's, 7 December; None for a fund without one."""
        self._patron = patron

    @cached_property
    def _italy(self) -> "holidays.HolidayBase":
        import holidays  # noqa: PLC0415 (many processes never ask, and it takes long to load)

        return holidays.country_holidays("IT", language="it_IT")

    @cached_property
    def _target(self) -> "holidays.HolidayBase":
        import holidays  # noqa: PLC0415 (as above)

        return holidays.financial_holidays("XECB")

    def is_working(self, day: date) -> bool:
        """Say whether the fund works on that day."""
        return day.weekday() < _SATURDAY and (day.month, day.day) != self._patron and day not in self._italy

    def is_national_holiday(self, day: date) -> bool:
        """Say whether Italy has a holiday on that day."""
        return day in self._italy

    def shift(self, day: date, days: int) -> date:
        """Return the n-th working day after (positive) or before (negative) a day, itself not counted."""
        step = _ONE_DAY if days > 0 else -_ONE_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def last_day_in_time(self, appointment: date, notice_days: int) -> date:
        """Return the last day on which a booking with that notice is in time (decision 2)."""
        return self.shift(appointment, -notice_days)

    def payment_day(self, year: int, month: int) -> date:
        """Return the last day of the month that works in Italy, at the fund and in TARGET2 (decision 4)."""
        first_of_next = date(year + month // 12, month % 12 + 1, 1)
        day = first_of_next - _ONE_DAY
        while not self.is_working(day) or day in self._target:
            day -= _ONE_DAY
        return day
