"""The rates of withholding in PostgreSQL, one a day from which they hold."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.tax_tables import tax_parameter
from payout_svc.domain.withholding import TaxParameter


class PostgresTaxParameterStore:
    """The tax parameters of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def all(self) -> Sequence[TaxParameter]:
        """Return every rate, the newest first."""
        query = select(tax_parameter.c.valid_from, tax_parameter.c.withholding_bps)
        query = query.where(tax_parameter.c.fund == self._fund).order_by(tax_parameter.c.valid_from.desc())
        return [TaxParameter(*row) for row in await self._conn.execute(query)]

    async def in_force(self, on: date) -> TaxParameter | None:
        return next((parameter for parameter in await self.all() if parameter.valid_from <= on), None)

    async def change(self, parameter: TaxParameter, *, changed_by: str, at: datetime) -> None:
        values = {"withholding_bps": parameter.withholding_bps, "changed_by": changed_by, "changed_at": at}
        key = {"fund": self._fund, "valid_from": parameter.valid_from}
        statement = postgresql.insert(tax_parameter).values(key | values)
        await self._conn.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
