"""Limits: which windows a request touches and what is left in them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rules_svc.domain.dates import MONTHS_A_YEAR, add_months, start_of_year
from rules_svc.domain.decision import Balance, LimitKey, Posting, Use, new_posting
from rules_svc.domain.plan import Ceiling, Limit
from rules_svc.domain.request import Mode

ROLLING = "rolling"
LIFETIME = "lifetime"

Balances = Mapping[tuple[str, str], Balance]
Extra = Mapping[str, Any]
Windows = tuple[tuple[str, str], ...]


def window_keys(limit: Limit, mode: Mode, day: date, extra: Extra) -> tuple[str, ...]:
    """Name the windows that a fact on a day falls into; none where a limit by parts has no part to bind.

    A limit over two calendar years touches two windows, the year with the one before and the year with the one after,
    so that no pair of consecutive years can pass the ceiling (reading A6).
    """
    shared = mode if limit.separate_modes else None
    if limit.part_fact is not None:
        part = extra.get(limit.part_fact, limit.part_default)
        return () if part is None else tuple(f"{key}/{part}" for key in _whole_keys(limit, day, shared))
    return _whole_keys(limit, day, shared)


def window_pairs(limit: Limit, mode: Mode, day: date, extra: Extra) -> Windows:
    """Name the windows with their limit, in the order in which rows are locked.

    Those that hang on the year alone are remembered.
    """
    found = limit.pairs.get((mode, day.year))
    if found is None:
        found = tuple(sorted([(limit.id, key) for key in window_keys(limit, mode, day, extra)]))
        if limit.of_calendar:
            limit.pairs[mode, day.year] = found
    return found


def _whole_keys(limit: Limit, day: date, mode: Mode | None) -> tuple[str, ...]:
    if limit.rolling_months:
        return (ROLLING,) if mode is None else (f"{ROLLING}/{mode}",)
    if limit.year_from is not None:
        start = start_of_year(day, limit.year_from).isoformat()
        return (start,) if mode is None else (f"{start}/{mode}",)
    return _calendar_keys(limit.calendar_years, day.year, mode)


def _calendar_keys(years: int, year: int, mode: Mode | None) -> tuple[str, ...]:
    if years == 0:
        keys: tuple[str, ...] = (LIFETIME,)
    elif years == 1:
        keys = (str(year),)
    else:
        keys = tuple(f"{first}-{first + years - 1}" for first in range(year - years + 1, year + 1))
    return keys if mode is None else tuple(f"{key}/{mode}" for key in keys)


def window_end(limit: Limit, key: str) -> date | None:
    """Return the last day of a window of years; None for windows that no date ends."""
    if limit.year_from is not None:
        start = date.fromisoformat(key.partition("/")[0])
        return start.replace(year=start.year + 1) - timedelta(days=1)
    if limit.calendar_years == 0:
        return None
    return date(int(key.partition("/")[0][-4:]), 12, 31)


def keys_of(ceilings: tuple[Ceiling, ...], mode: Mode, day: date, extra: Extra) -> list[LimitKey]:
    """Return the balance rows that these ceilings need."""
    return [
        LimitKey(c.limit.id, key, c.limit.highest, c.limit.measure, c.limit.rolling_months)
        for c in ceilings
        for key in window_keys(c.limit, mode, day, extra)
    ]


def peak_use(uses: tuple[Use, ...], months: int, day: date) -> int:
    """Return the highest sum of earlier uses in any rolling window that would hold a new use on a day.

    Later-dated uses count too: their windows look back over the new one.
    """
    ends = [day, *(use.on for use in uses if add_months(use.on, -months) < day < use.on)]
    return max(sum(use.amount for use in uses if add_months(end, -months) < use.on <= end) for end in ends)


class Residuals:
    """What is left of the limits while one decision is made: the balances less what it has taken itself."""

    __slots__ = ("_balances", "_day", "_extra", "_taken")

    def __init__(self, balances: Balances, day: date, extra: Extra) -> None:
        self._balances = balances
        self._day = day
        self._extra = extra
        # By the windows of a limit, which are always the same ones within a decision.
        self._taken: dict[Windows, int] = {}

    def windows(self, ceiling: Ceiling, mode: Mode) -> Windows:
        """Return the windows of a limit that the day falls into; none where the limit does not bind."""
        limit, day = ceiling.limit, self._day
        return limit.pairs.get((mode, day.year)) or window_pairs(limit, mode, day, self._extra)

    def left(self, ceiling: Ceiling, windows: Windows) -> int:
        """Return what a ceiling leaves: one pot for both modes, the ceiling of the mode (reading A4)."""
        highest, months = 0, ceiling.limit.rolling_months
        taken, balances = self._taken, self._balances
        for pair in windows:
            balance = balances.get(pair)
            if balance is not None:
                used = peak_use(balance.uses, months, self._day) if months else balance.consumed + balance.reserved
                if used > highest:  # noqa: PLR1730 (max() costs four times as much, and this runs for every limit)
                    highest = used
        if taken:
            highest += taken.get(windows, 0)
        return ceiling.amount - highest if highest < ceiling.amount else 0

    def take(self, windows: Windows, amount: int) -> None:
        """Take cents or units from every one of these windows."""
        if amount:
            self._taken[windows] = self._taken.get(windows, 0) + amount

    def free_again(self, limit: Limit, ceiling: int, mode: Mode) -> date | None:
        """Return the first later day of an expense on which the limit has something left as it stands; None: never."""
        return next((day for day in self._later_days(limit) if self._used_on(limit, mode, day) < ceiling), None)

    def _used_on(self, limit: Limit, mode: Mode, day: date) -> int:
        pairs = window_pairs(limit, mode, day, self._extra)
        balances = [balance for pair in pairs if (balance := self._balances.get(pair)) is not None]
        if limit.rolling_months:
            return max((peak_use(balance.uses, limit.rolling_months, day) for balance in balances), default=0)
        return max((balance.consumed + balance.reserved for balance in balances), default=0)

    def _later_days(self, limit: Limit) -> list[date]:
        """Return the days on which a window ends, the next first: what was used lies at most two windows ahead."""
        day = self._day
        if limit.rolling_months:
            uses = {use.on for (name, _), held in self._balances.items() if name == limit.id for use in held.uses}
            return sorted(end for use in uses if (end := add_months(use, limit.rolling_months)) > day)
        if limit.year_from is not None:
            start = start_of_year(day, limit.year_from)
            return [add_months(start, MONTHS_A_YEAR * years) for years in (1, 2)]
        return [date(day.year + years, 1, 1) for years in range(1, 2 * limit.calendar_years + 1)]

    def postings(self) -> tuple[Posting, ...]:
        """Return what was taken, in the one order in which rows are locked."""
        if not self._taken:
            return ()
        taken = self._taken.items()
        postings = [new_posting((limit_id, key, amount)) for windows, amount in taken for limit_id, key in windows]
        return tuple(postings if len(taken) == 1 else sorted(postings))
