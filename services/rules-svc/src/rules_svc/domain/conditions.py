"""The closed vocabulary of conditions, compiled to closures over a case."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from rules_svc.domain.case import Case, Fact, day_fact, fact
from rules_svc.domain.dates import add_months, start_of_year
from rules_svc.domain.plan import Condition

_STRINGS = frozenset({"mode", "channel", "provider", "relation", "currency", "category"})
_SETS = frozenset({"service", "specialty", "documents", "codes"})
_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?")

Day = Callable[[Case], date | None]
_ABSENT: tuple[object, ...] = (None, "", frozenset())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _members(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    return value if isinstance(value, frozenset) else frozenset(map(str, value))


def _reading(test: Callable[[Case], bool], *paths: str) -> Condition:
    return Condition(test, frozenset(paths))


def equals(path: str, values: tuple[str, ...]) -> Condition:
    """Hold when the fact is one of the values, compared as the plan writes them."""
    read: Fact = fact(path)
    wanted = frozenset(values)
    if path in _STRINGS:
        return _reading(lambda case: read(case) in wanted, path)

    def test(case: Case) -> bool:
        value = read(case)
        return value is not None and _text(value) in wanted

    return _reading(test, path)


def mentions(path: str, values: tuple[str, ...]) -> Condition:
    """Hold when a set of things (concepts, documents, codes) has at least one of the values."""
    read = fact(path)
    wanted = frozenset(values)
    if path in _SETS:
        return _reading(lambda case: not wanted.isdisjoint(read(case)), path)
    return _reading(lambda case: not wanted.isdisjoint(_members(read(case))), path)


def beyond(path: str, values: tuple[str, ...]) -> Condition:
    """Hold when a set of things has one that is not among the values."""
    read = fact(path)
    known = frozenset(values)
    return _reading(lambda case: not _members(read(case)) <= known, path)


def lacks(path: str, values: tuple[str, ...]) -> Condition:
    """Hold when a set of things is given and at least one of the values is not in it."""
    read = fact(path)
    wanted = frozenset(values)

    def test(case: Case) -> bool:
        value = read(case)
        return value is not None and not wanted <= _members(value)

    return _reading(test, path)


def present(path: str, *, wanted: bool) -> Condition:
    """Hold when the fact is given (or, with `wanted` false, when it is not)."""
    read = fact(path)
    return _reading(lambda case: (read(case) not in _ABSENT) is wanted, path)


def between(path: str, at_least: int | None, at_most: int | None) -> Condition:
    """Hold when the fact is a number within both ends, the ends included."""
    read = fact(path)
    low = -(1 << 62) if at_least is None else at_least
    high = (1 << 62) if at_most is None else at_most

    def test(case: Case) -> bool:
        value = _hundredths(read(case))
        return value is not None and low * 100 <= value <= high * 100

    return _reading(test, path)


def _hundredths(value: Any) -> int | None:
    """Read a number, also one written as text (a mark: 7.99, 110L), in hundredths; None where it is none."""
    if isinstance(value, int):
        return value * 100
    found = _NUMBER.match(str(value)) if isinstance(value, str | float) else None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")[:2]) if found else None


def reaches(path: str, other: str) -> Condition:
    """Hold when a number is at least another one."""
    read, read_other = fact(path), fact(other)

    def test(case: Case) -> bool:
        value, bound = _hundredths(read(case)), _hundredths(read_other(case))
        return value is not None and bound is not None and value >= bound

    return _reading(test, path, other)


def moment(anchor: Day, year_from: tuple[int, int] | None, on: tuple[int, int] | None, months: int, days: int) -> Day:
    """Return a day reckoned from another: the given day of its year, then some months and days on.

    Shapes: with `year_from` the year starts on that month and day, and `on` is taken in the year of that start.
    """

    def day(case: Case) -> date | None:
        start = anchor(case)
        if start is None:
            return None
        if on is not None:
            start = date((start_of_year(start, year_from) if year_from else start).year, *on)
        return (add_months(start, months) if months else start) + timedelta(days=days)

    return day


def at_latest(path: str, bound: Day, anchor: str | None) -> Condition:
    """Hold when a day is not after another, reckoned from the fact `anchor`; unknown days hold nothing."""
    read = day_fact(path)

    def test(case: Case) -> bool:
        value, last = read(case), bound(case)
        return value is not None and last is not None and value <= last

    return _reading(test, path, *([anchor] if anchor else []))


def same_as(path: str, other: str) -> Condition:
    """Hold when two facts are equal."""
    read, read_other = fact(path), fact(other)
    return _reading(lambda case: read(case) == read_other(case), path, other)


def negated(condition: Condition) -> Condition:
    """Hold when the other does not."""
    test = condition.test
    return Condition(lambda case: not test(case), condition.reads)


def all_of(conditions: tuple[Condition, ...]) -> Condition:
    """Hold when all hold."""
    tests = tuple(condition.test for condition in conditions)

    def test(case: Case) -> bool:
        for one in tests:  # noqa: SIM110 (a generator costs twice the time here)
            if not one(case):
                return False
        return True

    return Condition(test, _read_by(conditions), all_of=conditions)


def any_of(conditions: tuple[Condition, ...]) -> Condition:
    """Hold when at least one holds."""
    tests = tuple(condition.test for condition in conditions)

    def test(case: Case) -> bool:
        for one in tests:  # noqa: SIM110 (a generator costs twice the time here)
            if one(case):
                return True
        return False

    return Condition(test, _read_by(conditions), any_of=conditions)


def _read_by(conditions: tuple[Condition, ...]) -> frozenset[str]:
    return frozenset().union(*(condition.reads for condition in conditions))
