"""Checks of claims in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payout_svc.domain.claim_check import CheckKind, ClaimCheck

# The first word on either end stays: events come again, and the closing may overtake the opening.
_RECORD = text("""
    insert into payouts.claim_check (check_id, fund, claim_id, member_id, kind, reason, opened_at, closed_at)
    values (:check_id, :fund, :claim_id, :member_id, :kind, :reason, :opened_at, :closed_at)
    on conflict (check_id) do update
    set opened_at = coalesce(claim_check.opened_at, excluded.opened_at),
        closed_at = coalesce(claim_check.closed_at, excluded.closed_at)
""")
_SELECT = """
    select check_id, one.claim_id, member_id, kind, reason, opened_at, closed_at,
           case when opened_at is not null and closed_at is null then coalesce(owed.cents, 0) else 0 end as held_cents,
           exists (
             select from payouts.payable paid join payouts.payout_payable using (payable_id)
             where paid.fund = one.fund and paid.source_kind = 'claim' and paid.source_id = one.claim_id
           ) as paid
    from payouts.claim_check one
    left join lateral (
      select sum(amount_cents)::bigint as cents from payouts.open_payable where open_payable.claim_id = one.claim_id
    ) owed on true
    where one.fund = :fund
"""
_ONE = text(f"{_SELECT} and check_id = :check_id")
_PAGE = text(f"""
    {_SELECT} and (not :open_only or (opened_at is not null and closed_at is null))
      and (cast(:claim_id as uuid) is null or one.claim_id = :claim_id)
      and (cast(:after as uuid) is null or check_id > :after)
    order by check_id limit :limit
""")


class PostgresClaimCheckStore:
    """The checks of one fund's claims."""

    def __init__(self, conn: AsyncConnection, fund: str) -> None:
        self._conn = conn
        self._fund = fund

    async def record(self, check: ClaimCheck) -> ClaimCheck:
        names = ("check_id", "claim_id", "member_id", "kind", "reason", "opened_at", "closed_at")
        row = {name: getattr(check, name) for name in names} | {"fund": self._fund}
        await self._conn.execute(_RECORD, row)
        found = await self._conn.execute(_ONE, {"fund": self._fund, "check_id": check.check_id})
        return _check_of(found.mappings().one())

    async def page(
        self, *, claim_id: UUID | None, open_only: bool, after: UUID | None, limit: int
    ) -> Sequence[ClaimCheck]:
        """Return checks in the order of their ids."""
        wanted = {"claim_id": claim_id, "open_only": open_only, "after": after, "limit": limit, "fund": self._fund}
        return [_check_of(row) for row in (await self._conn.execute(_PAGE, wanted)).mappings()]


def _check_of(row: RowMapping) -> ClaimCheck:
    return ClaimCheck(**dict(row) | {"kind": CheckKind(row["kind"])})
