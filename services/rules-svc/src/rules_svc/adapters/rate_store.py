"""Official exchange rates: rows are never changed, because they have decided claims; a correction is one more row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.tables import EXCHANGE_RATE, PLAN_VERSION
from rules_svc.use_cases.office_ports import DayRates, KnownRates, OfficialRate

# No closing of the central bank lasts longer; a currency that is no longer quoted has no official rate (reading A35).
_LOOK_BACK = timedelta(days=10)
_FIND = text(
    """
    select on_day, revision, units_per_eur ->> cast(:currency as text) as units from rules.exchange_rate
    where fund = :fund and on_day between :first and :day and units_per_eur ? cast(:currency as text)
    order by on_day desc, revision desc limit 1
    """
)
_TURN = text("select pg_advisory_xact_lock(hashtextextended('exchange_rates:' || cast(:fund as text), 0))")
_KNOWN = text(
    """
    select distinct on (on_day) on_day, revision, units_per_eur from rules.exchange_rate
    where fund = :fund and on_day = any(cast(:days as date[])) order by on_day, revision desc
    """
)
_ADD = insert(EXCHANGE_RATE)
_FUNDS = select(PLAN_VERSION.c.fund).distinct()


class PostgresRateStore:
    """The rates of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def on(self, currency: str, day: date) -> OfficialRate | None:
        """Return the rate of a day, or the last known before it; of a corrected day the last correction."""
        values = {"fund": self._fund, "currency": currency, "first": day - _LOOK_BACK, "day": day}
        row = (await self._conn.execute(_FIND, values)).one_or_none()
        return None if row is None else OfficialRate(currency, row.on_day, row.units, row.revision)

    async def known(self, days: Collection[date]) -> Mapping[date, KnownRates]:
        """Wait for whoever takes over rates, then return those of the days that are known."""
        await self._conn.execute(_TURN, {"fund": self._fund})
        rows = await self._conn.execute(_KNOWN, {"fund": self._fund, "days": list(days)})
        return {row.on_day: KnownRates(row.revision, row.units_per_eur) for row in rows}

    async def add(self, days: Sequence[tuple[DayRates, int]]) -> None:
        """Add days, or corrections of days, each with its revision."""
        rows = [
            {
                "fund": self._fund,
                "on_day": one.day,
                "revision": revision,
                "units_per_eur": dict(one.units_per_eur),
                "loaded_at": self._now,
            }
            for one, revision in days
        ]
        await self._conn.execute(_ADD, rows)

    async def funds(self) -> list[str]:
        """Return the funds that have plans; the worker asks for all of them."""
        return sorted((await self._conn.execute(_FUNDS)).scalars())
