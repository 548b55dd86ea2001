"""Days that plan versions cover."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


class Period(NamedTuple):
    """The days from `first` to the one before `until`; without an end where that is None."""

    first: date
    until: date | None


def uncovered(whole: Period, others: Sequence[Period]) -> list[Period]:
    """Return the parts of a period that none of the others covers, in order."""
    gaps, day = [], whole.first
    for other in sorted(others, key=lambda one: one.first):
        if whole.until is not None and other.first >= whole.until:
            break
        if other.until is not None and other.until <= day:
            continue
        if other.first > day:
            gaps.append(Period(day, other.first))
        if other.until is None:
            return gaps
        day = other.until
    if whole.until is None or day < whole.until:
        gaps.append(Period(day, whole.until))
    return gaps
