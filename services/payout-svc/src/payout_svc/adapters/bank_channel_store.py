"""The bank's terms in PostgreSQL, one row a fund."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.adapters.tables import bank_channel
from payout_svc.domain.bank_channel import STANDARD_CHANNEL, BankChannel, Debtor, FileFormat

_ACCOUNTS = text("""
    select debtor_iban from payouts.bank_channel where fund = :fund and debtor_iban is not null
    union select debtor_iban from payouts.payout_run where fund = :fund and debtor_iban is not null
""")


class PostgresChannelStore:
    """The terms of one fund's bank."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def current(self) -> BankChannel:
        row = (await self._conn.execute(select(bank_channel).where(bank_channel.c.fund == self._fund))).one_or_none()
        if row is None:
            return STANDARD_CHANNEL
        patron = None if row.patron_month is None else (row.patron_month, row.patron_day)
        return replace(channel_of(row), patron=patron)

    async def accounts(self) -> Sequence[str]:
        return (await self._conn.execute(_ACCOUNTS, {"fund": self._fund})).scalars().all()

    async def change(self, channel: BankChannel, *, changed_by: str, at: datetime) -> None:
        month, day = channel.patron or (None, None)
        values = columns_of(channel) | {"patron_month": month, "patron_day": day}
        values |= {"changed_by": changed_by, "changed_at": at}
        statement = postgresql.insert(bank_channel).values(values | {"fund": self._fund})
        await self._conn.execute(statement.on_conflict_do_update(index_elements=["fund"], set_=values))


def columns_of(channel: BankChannel) -> dict[str, Any]:
    """Return the columns that a fund's channel and a run share."""
    debtor = channel.debtor
    return {
        "file_format": channel.file_format,
        "transfers_per_file": channel.transfers_per_file,
        "sender_code": channel.sender_code,
        "debtor_name": debtor.name if debtor else None,
        "debtor_iban": debtor.iban if debtor else None,
        "debtor_bic": debtor.bic if debtor else None,
    }


def channel_of(row: Row[Any]) -> BankChannel:
    """Read a channel from the columns that a fund and a run share."""
    debtor = Debtor(row.debtor_name, row.debtor_iban, row.debtor_bic) if row.debtor_iban else None
    return BankChannel(FileFormat(row.file_format), row.transfers_per_file, row.sender_code, debtor)
