"""Take over official exchange rates, and correct those that were published wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit.clock import rome_date
from kit.errors import FieldError
from rules_svc.domain.errors import RatesInvalid
from rules_svc.use_cases.office_ports import DayRates, KnownRates
from rules_svc.use_cases.ports import Tx


@dataclass(frozen=True, slots=True)
class RateDifference:
    """A rate that is given otherwise than it is known; `known` is None where the day lacked the currency."""

    day: date
    currency: str
    known: str | None
    given: str


@dataclass(frozen=True, slots=True)
class RatesTaken:
    """What a set of rates changed: the days that are new, and where it differs from what was known."""

    days_read: int
    added: tuple[date, ...]
    differences: tuple[RateDifference, ...]
    corrected: tuple[date, ...]


async def take_rates(tx: Tx, *, days: Sequence[DayRates], source: str, correct: bool) -> RatesTaken:
    """Keep each day that is not known yet; the same rates again change nothing.

    A known day stays as it is, because it may have decided claims. Where the bank gives other figures, `correct` adds
    them as a further row of the day, which decides from then on; each decision keeps the rate that it was made with.

    Raises: RatesInvalid for a day that has not come yet.
    """
    today = rome_date(tx.now)
    later = [one.day for one in days if one.day > today]
    if later:
        fault = FieldError("/date", "future_day", f"{min(later)} has not come yet")
        raise RatesInvalid(f"{len(later)} days lie in the future", errors=[fault])
    known = await tx.rates.known([one.day for one in days])
    added = [one for one in days if one.day not in known]
    differences = [found for one in days if one.day in known for found in _differences(known[one.day], one)]
    corrected = sorted({one.day for one in differences}) if correct else []
    given = {one.day: one for one in days}
    rows = [(one, 1) for one in added]
    rows += [(_merged(known[day], given[day]), known[day].revision + 1) for day in corrected]
    if rows:
        await tx.rates.add(rows)
        tx.audit(
            "exchange_rates_taken",
            entity="exchange_rate",
            entity_id=source,
            added=len(added),
            corrected=[day.isoformat() for day in corrected],
        )
    return RatesTaken(len(days), tuple(sorted(one.day for one in added)), tuple(differences), tuple(corrected))


def _differences(known: KnownRates, given: DayRates) -> list[RateDifference]:
    found = []
    for currency, rate in sorted(given.units_per_eur.items()):
        before = known.units_per_eur.get(currency)
        if before is None or Decimal(before) != Decimal(rate):
            found.append(RateDifference(given.day, currency, before, rate))
    return found


def _merged(known: KnownRates, given: DayRates) -> DayRates:
    """Give the corrected day whole: what the correction does not name stays."""
    return DayRates(given.day, {**known.units_per_eur, **given.units_per_eur})
