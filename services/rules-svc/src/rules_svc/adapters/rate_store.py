"""Official exchange rates: one row a day, never changed, because it has decided claims."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from rules_svc.adapters.tables import EXCHANGE_RATE, PLAN_VERSION
from rules_svc.use_cases.office_ports import DayRates, OfficialRate

_R = EXCHANGE_RATE.c
# No closing of the central bank lasts longer; a currency that is no longer quoted has no official rate (reading A35).
_LOOK_BACK = timedelta(days=10)
_FIND = text(
    """
    select on_day, units_per_eur ->> cast(:currency as text) as units from rules.exchange_rate
    where fund = :fund and on_day between :first and :day and units_per_eur ? cast(:currency as text)
    order by on_day desc limit 1
    """
)
_NEWEST = select(func.max(_R.on_day)).where(_R.fund == bindparam("fund"))
_ADD = insert(EXCHANGE_RATE).on_conflict_do_nothing()
_FUNDS = select(PLAN_VERSION.c.fund).distinct()


class PostgresRateStore:
    """The rates of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str, now: datetime) -> None:
        self._conn = conn
        self._fund = fund
        self._now = now

    async def on(self, currency: str, day: date) -> OfficialRate | None:
        """Return the rate of a day, or the last known before it."""
        values = {"fund": self._fund, "currency": currency, "first": day - _LOOK_BACK, "day": day}
        row = (await self._conn.execute(_FIND, values)).one_or_none()
        return None if row is None else OfficialRate(currency, row.on_day, row.units)

    async def newest(self) -> date | None:
        """Return the newest day that is known."""
        found: date | None = (await self._conn.execute(_NEWEST, {"fund": self._fund})).scalar()
        return found

    async def add(self, days: Sequence[DayRates]) -> None:
        """Keep days that are not known yet."""
        rows = [
            {"fund": self._fund, "on_day": one.day, "units_per_eur": dict(one.units_per_eur), "loaded_at": self._now}
            for one in days
        ]
        if rows:
            await self._conn.execute(_ADD, rows)

    async def funds(self) -> list[str]:
        """Return the funds that have plans; the worker asks for all of them."""
        return sorted((await self._conn.execute(_FUNDS)).scalars())
