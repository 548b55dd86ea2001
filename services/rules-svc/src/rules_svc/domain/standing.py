"""How a person stands in a limit on a day: ceilings, what is taken, what is left and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules_svc.domain.dates import add_months
from rules_svc.domain.limits import Balances, Extra, Residuals, peak_use, window_end, window_keys
from rules_svc.domain.plan import Ceiling, Limit
from rules_svc.domain.request import Mode


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing in one limit and mode.

    Units: cents for a limit of measure `amount`, units for `count`; `until` is the last day of the binding window, None
    where no date ends it.
    """

    limit: Limit
    mode: Mode
    article: str
    window: str
    ceiling: int
    consumed: int
    reserved: int
    left: int
    until: date | None


def standings(limit: Limit, ceilings: Mapping[Mode, Ceiling], day: date, balances: Balances) -> list[Standing]:
    """Return the standing per mode; of several windows the one that binds is shown.

    A limit by parts is shown for each part that was ever touched.
    """
    found = []
    for extra in _parts(limit, balances):
        residuals = Residuals(balances, day, extra)
        for mode, ceiling in ceilings.items():
            window, consumed, reserved, until = _binding(limit, mode, day, balances, extra)
            left = residuals.left(ceiling, residuals.windows(ceiling, mode))
            article = ceiling.cite.article
            found.append(Standing(limit, mode, article, window, ceiling.amount, consumed, reserved, left, until))
    return found


def _parts(limit: Limit, balances: Balances) -> list[dict[str, str]]:
    if limit.part_fact is None:
        return [{}]
    parts = {key.rpartition("/")[2] for limit_id, key in balances if limit_id == limit.id}
    return [{limit.part_fact: part} for part in sorted(parts)]


def _binding(
    limit: Limit, mode: Mode, day: date, balances: Balances, extra: Extra
) -> tuple[str, int, int, date | None]:
    best: tuple[int, str, int, int, date | None] | None = None
    for key in window_keys(limit, mode, day, extra):
        balance = balances.get((limit.id, key))
        consumed, reserved = (balance.consumed, balance.reserved) if balance else (0, 0)
        until = window_end(limit, key)
        if balance and limit.rolling_months:
            used = peak_use(balance.uses, limit.rolling_months, day)
            reserved = min(reserved, used)
            consumed = used - reserved
            starts = [use.on for use in balance.uses if add_months(day, -limit.rolling_months) < use.on]
            until = add_months(min(starts), limit.rolling_months) if starts else None
        if best is None or consumed + reserved > best[0]:
            best = (consumed + reserved, key, consumed, reserved, until)
    if best is None:
        raise ValueError(f"limit {limit.id} has no window")
    return best[1:]
