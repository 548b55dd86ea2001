"""Payees in PostgreSQL: a projection of names and IBANs, newest version first."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_RECORD_MEMBER = text("""
    insert into payouts.payee (fund, payee_kind, payee_id, name, name_version, left_on, iban_version)
    values (:fund, 'member', :payee_id, :name, :version, :left_on, -1)
    on conflict (fund, payee_kind, payee_id) do update
    set name = excluded.name, name_version = excluded.name_version, left_on = excluded.left_on
    where payee.name_version < excluded.name_version
""")
_RECORD_BANK_ACCOUNT = text("""
    insert into payouts.payee (fund, payee_kind, payee_id, name_version, holder, iban, iban_version)
    values (:fund, 'member', :payee_id, -1, :holder, :iban, :version)
    on conflict (fund, payee_kind, payee_id) do update
    set holder = excluded.holder, iban = excluded.iban, iban_version = excluded.iban_version, hold_reason = null
    where payee.iban_version < excluded.iban_version
""")
# Every invoice repeats the facility's IBAN: only another one lifts the hold of a rejected one.
_RECORD_FACILITY = text("""
    insert into payouts.payee (fund, payee_kind, payee_id, name, name_version, iban, iban_version)
    values (:fund, 'facility', :payee_id, :name, :version, :iban, :version)
    on conflict (fund, payee_kind, payee_id) do update
    set name = excluded.name, name_version = excluded.name_version, iban = excluded.iban,
        iban_version = excluded.iban_version,
        hold_reason = case when payee.iban = excluded.iban then payee.hold_reason end
    where payee.iban_version < excluded.iban_version
""")
_HOLD_IBANS = text("""
    update payouts.payee set hold_reason = 'iban_rejected'
    from payouts.payout
    where payout.payout_id = any(:payout_ids) and payee.fund = payout.fund
      and payee.payee_kind = payout.payee_kind and payee.payee_id = payout.payee_id and payee.iban = payout.iban
""")


class PostgresPayeeStore:
    """The payees of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def record_member(self, *, member_id: UUID, name: str, left_on: date | None, version: int) -> None:
        row = {"fund": self._fund, "payee_id": member_id, "name": name, "left_on": left_on, "version": version}
        await self._conn.execute(_RECORD_MEMBER, row)

    async def record_bank_account(self, *, member_id: UUID, iban: str, holder: str, version: int) -> None:
        row = {"fund": self._fund, "payee_id": member_id, "iban": iban, "holder": holder, "version": version}
        await self._conn.execute(_RECORD_BANK_ACCOUNT, row)

    async def record_facility(self, *, facility_id: UUID, name: str, iban: str, version: int) -> None:
        row = {"fund": self._fund, "payee_id": facility_id, "name": name, "iban": iban, "version": version}
        await self._conn.execute(_RECORD_FACILITY, row)

    async def hold_ibans(self, payout_ids: Sequence[UUID]) -> None:
        if payout_ids:
            await self._conn.execute(_HOLD_IBANS, {"payout_ids": list(payout_ids)})
