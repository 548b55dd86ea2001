"""Birthdays, ages and terms in whole months, on calendar dates."""

from calendar import monthrange
from datetime import date

MONTHS_A_YEAR = 12


def birthday(birth_date: date, year: int) -> date:
    """Return the birthday in a year; who was born on 29 February has it on the 28th in common years.

    Source: reading A9 of the FNM circular (by analogy with article 2963 of the Italian civil code).
    """
    day = min(birth_date.day, monthrange(year, birth_date.month)[1])
    return date(year, birth_date.month, day)


def age_on(birth_date: date, day: date) -> int:
    """Return the completed years on a day; the birthday itself already counts."""
    years = day.year - birth_date.year
    if day.month != birth_date.month:
        return years if day.month > birth_date.month else years - 1
    reached = day.day >= birth_date.day or day >= birthday(birth_date, day.year)
    return years if reached else years - 1


def start_of_year(day: date, year_from: tuple[int, int]) -> date:
    """Return the first day of the year, from a month and day on, that a day falls into."""
    month, number = year_from
    start = date(day.year, month, number)
    return start if start <= day else date(day.year - 1, month, number)


def add_months(day: date, months: int) -> date:
    """Return the same day number some months later or earlier, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
