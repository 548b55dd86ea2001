"""Payees in PostgreSQL: a projection of names and IBANs, newest version first."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.domain.heir_payee import HeirPayee
from payout_svc.domain.payee import PayeeKind

_RECORD_MEMBER = text("""
    insert into payouts.payee (fund, payee_kind, payee_id, name, name_version, left_on, iban_version)
    values (:fund, 'member', :payee_id, :name, :version, :left_on, -1)
    on conflict (fund, payee_kind, payee_id) do update
    set name = excluded.name, name_version = excluded.name_version, left_on = excluded.left_on
    where payee.name_version < excluded.name_version
""")
_RECORD_BANK_ACCOUNT = text("""
    insert into payouts.payee (fund, payee_kind, payee_id, name_version, holder, iban, iban_verified, iban_version)
    values (:fund, 'member', :payee_id, -1, :holder, :iban, :verified, :version)
    on conflict (fund, payee_kind, payee_id) do update
    set holder = excluded.holder, iban = excluded.iban, iban_verified = excluded.iban_verified,
        iban_version = excluded.iban_version,
        -- The account of the heirs stays what it is.
        hold_reason = case when payee.heir_iban is not null then payee.hold_reason end
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
      and payee.payee_kind = payout.payee_kind and payee.payee_id = payout.payee_id
      and coalesce(payee.heir_iban, payee.iban) = payout.iban
""")
_RECORD_HEIRS = text("""
    update payouts.payee set deceased_on = :deceased_on, heir_name = :name, heir_iban = :iban, hold_reason = null
    where fund = :fund and payee_kind = 'member' and payee_id = :payee_id
""")
_EXISTS = text("""
    select 1 from payouts.payee where fund = :fund and payee_kind = :payee_kind and payee_id = :payee_id
""")


class PostgresPayeeStore:
    """The payees of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def record_member(self, *, member_id: UUID, name: str, left_on: date | None, version: int) -> None:
        row = {"fund": self._fund, "payee_id": member_id, "name": name, "left_on": left_on, "version": version}
        await self._conn.execute(_RECORD_MEMBER, row)

    async def record_bank_account(
        self, *, member_id: UUID, iban: str, holder: str, verified: bool, version: int
    ) -> None:
        row = {
            "fund": self._fund,
            "payee_id": member_id,
            "iban": iban,
            "holder": holder,
            "verified": verified,
            "version": version,
        }
        await self._conn.execute(_RECORD_BANK_ACCOUNT, row)

    async def record_facility(self, *, facility_id: UUID, name: str, iban: str, version: int) -> None:
        row = {"fund": self._fund, "payee_id": facility_id, "name": name, "iban": iban, "version": version}
        await self._conn.execute(_RECORD_FACILITY, row)

    async def record_heirs(self, heir: HeirPayee) -> None:
        row = {"fund": self._fund, "payee_id": heir.member_id, "deceased_on": heir.deceased_on}
        await self._conn.execute(_RECORD_HEIRS, row | {"name": heir.name, "iban": heir.iban})

    async def exists(self, kind: PayeeKind, payee_id: UUID) -> bool:
        row = {"fund": self._fund, "payee_kind": kind, "payee_id": payee_id}
        return (await self._conn.execute(_EXISTS, row)).scalar() is not None

    async def hold_ibans(self, payout_ids: Sequence[UUID]) -> None:
        if payout_ids:
            await self._conn.execute(_HOLD_IBANS, {"payout_ids": list(payout_ids)})
