"""Verifications of payees in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.domain.errors import VerificationNotFound
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.verification import VerificationAnswer, VerificationRequest

_REQUEST = text("""
    insert into payouts.payee_verification (verification_id, fund, batch_id, payee_kind, payee_id, name, iban,
                                            requested_by, requested_at)
    select gen_random_uuid(), payee.fund, :batch_id, payee.payee_kind, payee.payee_id,
           coalesce(payee.heir_name, payee.holder, payee.name), coalesce(payee.heir_iban, payee.iban),
           :requested_by, :at
    from payouts.payee
    where payee.fund = :fund and coalesce(payee.heir_iban, payee.iban) is not null
      and coalesce(payee.heir_name, payee.holder, payee.name) is not null
      and exists (
        select from payouts.open_payable owed
        where owed.fund = payee.fund and owed.payee_kind = payee.payee_kind and owed.payee_id = payee.payee_id)
      and not exists (
        select from payouts.payee_verification asked
        where asked.fund = payee.fund and asked.payee_kind = payee.payee_kind and asked.payee_id = payee.payee_id
          and asked.iban = coalesce(payee.heir_iban, payee.iban)
          and asked.name = coalesce(payee.heir_name, payee.holder, payee.name)
          and asked.result is distinct from 'not_possible')
    returning verification_id
""")
_OF_BATCH = text("""
    select * from payouts.payee_verification where fund = :fund and batch_id = :batch_id order by verification_id
""")
_OPEN = text("""
    select * from payouts.payee_verification
    where fund = :fund and batch_id = :batch_id and result is null order by verification_id for update
""")
# The result stays with the account: another IBAN has none yet.
_ANSWER = text("""
    with answered as (
      update payouts.payee_verification asked
      set result = answer.result, suggested_name = answer.suggested_name, answered_by = :answered_by, answered_at = :at
      from unnest(cast(:ids as uuid[]), cast(:results as text[]), cast(:names as text[]))
        as answer (verification_id, result, suggested_name)
      where asked.verification_id = answer.verification_id and asked.fund = :fund
      returning asked.*
    )
    update payouts.payee set verification = answered.result, verified_iban = answered.iban, verified_at = :at
    from answered
    where payee.fund = answered.fund and payee.payee_kind = answered.payee_kind and payee.payee_id = answered.payee_id
      and coalesce(payee.heir_iban, payee.iban) = answered.iban
""")


class PostgresVerificationStore:
    """The verifications of one fund."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def request(self, batch_id: UUID, *, requested_by: str, at: datetime) -> int:
        row = {"fund": self._fund, "batch_id": batch_id, "requested_by": requested_by, "at": at}
        return len((await self._conn.execute(_REQUEST, row)).all())

    async def batch(self, batch_id: UUID) -> Sequence[Row[Any]]:
        """Return the rows of a batch in the order of their references.

        Raises: VerificationNotFound.
        """
        rows = (await self._conn.execute(_OF_BATCH, {"fund": self._fund, "batch_id": batch_id})).all()
        if not rows:
            raise VerificationNotFound("no batch of verifications has this id")
        return rows

    async def requests(self, batch_id: UUID) -> Sequence[VerificationRequest]:
        """Return what a batch asks."""
        return [_request_of(row) for row in await self.batch(batch_id)]

    async def references(self, batch_id: UUID) -> Sequence[str]:
        return [row.verification_id.hex for row in await self.batch(batch_id)]

    async def lock_open(self, batch_id: UUID) -> Mapping[str, VerificationRequest]:
        rows = await self._conn.execute(_OPEN, {"fund": self._fund, "batch_id": batch_id})
        return {row.verification_id.hex: _request_of(row) for row in rows}

    async def answer(self, answers: Sequence[VerificationAnswer], *, answered_by: str, at: datetime) -> None:
        row = {
            "fund": self._fund,
            "ids": [UUID(hex=answer.reference) for answer in answers],
            "results": [answer.result.value for answer in answers],
            "names": [answer.suggested_name for answer in answers],
            "answered_by": answered_by,
            "at": at,
        }
        await self._conn.execute(_ANSWER, row)


def _request_of(row: Row[Any]) -> VerificationRequest:
    return VerificationRequest(row.verification_id, PayeeKind(row.payee_kind), row.payee_id, row.name, row.iban)
