"""The bank's terms in PostgreSQL, one row a fund."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.tables import bank_channel
from payout_svc.domain.bank_channel import STANDARD_CHANNEL, BankChannel, FileFormat


class PostgresChannelStore:
    """The terms of one fund's bank."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def current(self) -> BankChannel:
        row = (await self._conn.execute(select(bank_channel).where(bank_channel.c.fund == self._fund))).one_or_none()
        if row is None:
            return STANDARD_CHANNEL
        return BankChannel(FileFormat(row.file_format), row.transfers_per_file, row.sender_code)

    async def change(self, channel: BankChannel, *, changed_by: str, at: datetime) -> None:
        values = asdict(channel) | {"changed_by": changed_by, "changed_at": at}
        statement = postgresql.insert(bank_channel).values(values | {"fund": self._fund})
        await self._conn.execute(statement.on_conflict_do_update(index_elements=["fund"], set_=values))
