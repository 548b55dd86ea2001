from datetime import date

import pytest

from kit.workdays import WorkingDays

DAYS = WorkingDays()


@pytest.mark.parametrize(
    ("appointment", "notice", "last"),
    [
        (date(2024, 3, 13), 2, date(2024, 3, 11)),
        (date(2024, 3, 18), 2, date(2024, 3, 14)),
        (date(2024, 5, 2), 2, date(2024, 4, 29)),
        (date(2024, 8, 20), 5, date(2024, 8, 12)),
        (date(2023, 12, 11), 2, date(2023, 12, 5)),
        (date(2025, 1, 2), 5, date(2024, 12, 23)),
    ],
)
def test_last_day_in_time(appointment: date, notice: int, last: date) -> None:
    assert DAYS.last_day_in_time(appointment, notice) == last


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2024, 1, 31), (2023, 12, 29), (2024, 6, 28), (2024, 8, 30), (2024, 3, 28), (2024, 12, 31), (2026, 11, 30)],
)
def test_payment_day(year: int, month: int, day: int) -> None:
    assert DAYS.payment_day(year, month) == date(year, month, day)


def test_saint_francis_is_a_holiday_from_2026() -> None:
    assert DAYS.is_working(date(2024, 10, 4))
    assert not DAYS.is_working(date(2027, 10, 4))
