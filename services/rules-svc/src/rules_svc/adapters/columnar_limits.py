"""Limits by columns: only persons who could reach a ceiling are gone through claim by claim."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rules_svc.adapters.claim_table import ClaimTable, Ints
from rules_svc.domain.plan import Ceiling
from rules_svc.domain.request import Mode

SCALE = 10_000
_WHOLE = SCALE * SCALE


class Taken(NamedTuple):
    """The ceiling under which a kind of claim takes, and in which mode."""

    ceiling: Ceiling
    mode: Mode


def within_limits(table: ClaimTable, kind: Ints, taken_by: Sequence[Taken | None], due: Ints, share: Ints) -> Ints:
    """Cut what is due to what the limits leave, in order of receipt.

    Shapes: a kind has at most one ceiling, of whole calendar years or for life.
    Units: `due` in ten-thousandths of a cent, before the beneficiary's share.
    """
    # A limit with a pot for each mode is two limits here.
    pots = {_pot(one): one.ceiling.limit for one in taken_by if one}
    numbers = {pot: number for number, pot in enumerate(pots)}
    names = np.array([numbers[_pot(one)] if one else -1 for one in taken_by], dtype=np.int64)[kind]
    highest = np.array([one.ceiling.amount if one else 0 for one in taken_by], dtype=np.int64)[kind]
    result = due.copy()
    for number, limit in enumerate(pots.values()):
        rows = np.flatnonzero((names == number) & (due > 0))
        money = limit.measure == "amount"
        taken = (due[rows] + SCALE // 2) // SCALE if money else np.ones(len(rows), dtype=np.int64)
        person = table.person[rows]
        # The sum over all years is at least that of any window, so whoever stays below reaches no ceiling.
        sums = np.bincount(person, weights=taken) if len(rows) else np.zeros(1)
        lowest = int(highest[rows].min(initial=0))
        rows = rows[sums[person] > lowest]
        rows = rows[np.argsort(table.person[rows], kind="stable")]
        years = table.spent[rows].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
        columns = (table.person[rows], years, highest[rows], due[rows], share[rows])
        result[rows] = _scan(*(column.tolist() for column in columns), span=limit.calendar_years, money=money)
    return result


def _pot(taken: Taken) -> tuple[str, Mode | None]:
    limit = taken.ceiling.limit
    return limit.id, taken.mode if limit.separate_modes else None


def _scan(  # noqa: PLR0913 (one argument a column)
    persons: list[int],
    years: list[int],
    highest: list[int],
    due: list[int],
    share: list[int],
    *,
    span: int,
    money: bool,
) -> list[int]:
    """Go through the claims of each person in order; return what is due of each."""
    result = []
    windows: dict[int, int] = {}
    last = -1
    for person, year, ceiling, amount, part in zip(persons, years, highest, due, share, strict=True):
        if person != last:
            windows, last = {}, person
        # A year of a limit over n years lies in n windows; each is named by its first year (0 for a life).
        first = range(year - span + 1, year + 1) if span else (0,)
        left = ceiling - max([windows.get(one, 0) for one in first])
        paid = min(amount, left * SCALE) if money else amount
        if left <= 0:
            paid = 0
        # What comes to less than half a cent is not paid, and then takes nothing.
        if paid and 2 * paid * part >= _WHOLE:
            takes = (paid + SCALE // 2) // SCALE if money else 1
            for one in first:
                windows[one] = windows.get(one, 0) + takes
        result.append(paid)
    return result
